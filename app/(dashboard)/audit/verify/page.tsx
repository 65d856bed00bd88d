import type { Metadata } from 'next'
import { requireSession } from '@/app/_lib/session'
import { VerifyPanel } from '@/components/audit/verify-panel'
import { CodeBlock } from '@/components/code-block'
import { PageHeader } from '@/components/page-header'
import { Panel } from '@/components/panel'
import { publicKey } from '@/lib/audit'

export const metadata: Metadata = { title: 'Verify' }

export default async function VerifyPage() {
  await requireSession()
  const key = publicKey()
  return (
    <>
      <PageHeader
        crumbs={[{ label: 'Audit', href: '/audit' }]}
        title="Verify"
        description="Whether an export of the log or an execution receipt says what was logged. The first leaf that does not is named."
      />
      <VerifyPanel publicKey={key} exportHref="/audit/export" />
      <Panel
        title="Without this page"
        description="The same check runs offline, with no database: whoever doubts this server needs only the file and the key."
        className="mt-4"
      >
        <CodeBlock label="Verify command" wrap code={`npm run audit:verify -- FILE --key ${key}`} />
      </Panel>
    </>
  )
}
