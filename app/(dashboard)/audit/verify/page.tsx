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
        description="Checks that an export of the log or an execution receipt matches the signed log, and names the first leaf that does not."
      />
      <VerifyPanel publicKey={key} exportHref="/audit/export" />
      <Panel
        title="Without this page"
        description="The same check runs offline, without a database: it needs only the file and the key."
        className="mt-4"
      >
        <CodeBlock label="Verify command" wrap code={`npm run audit:verify -- FILE --key ${key}`} />
      </Panel>
    </>
  )
}
