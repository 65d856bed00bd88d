import { KeySquare } from 'lucide-react'
import type { Metadata } from 'next'
import { requireSession } from '@/app/session'
import { Empty } from '@/components/empty'
import { CreateKey } from '@/components/key/create-key'
import { KeyTable } from '@/components/key/key-table'
import { PageHeader } from '@/components/page-header'
import { ApiKey, listApiKeys } from '@/lib/accounts'
import { listPolicies } from '@/lib/policies'
import { createKeyAction, revokeKeyAction } from './actions'

export const metadata: Metadata = { title: 'API keys' }

export default async function KeysPage() {
  const scope = await requireSession()
  const [keys, policies] = await Promise.all([listApiKeys(scope), listPolicies(scope)])
  const usable = policies.filter(({ merchantId, archivedAt }) => merchantId === scope.merchantId && archivedAt === null)
  const editable = scope.role === 'owner'
  return (
    <>
      <PageHeader
        title="API keys"
        description="What programs sign in with, to ask for transactions under a policy, follow them and read the audit log."
        actions={
          editable && (
            <CreateKey
              scopes={ApiKey.scopeNames.map((value) => ({ value, label: ApiKey.scopes[value] }))}
              policies={usable.map(({ id, name }) => ({ value: id, label: name }))}
              create={createKeyAction}
            />
          )
        }
      />
      <KeyTable
        keys={keys}
        policies={new Map(policies.map(({ id, name }) => [id, name]))}
        editable={editable}
        revoke={revokeKeyAction}
        empty={
          <Empty icon={KeySquare} title="No API keys yet">
            Make one for each program: it can be revoked by itself, and the trail tells them apart.
          </Empty>
        }
      />
    </>
  )
}
