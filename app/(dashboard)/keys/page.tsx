import { KeySquare } from 'lucide-react'
import type { Metadata } from 'next'
import { requireSession } from '@/app/_lib/session'
import { Empty } from '@/components/empty'
import { LimitsCard } from '@/components/facilitator/limits-card'
import { CreateKey } from '@/components/key/create-key'
import { KeyTable } from '@/components/key/key-table'
import { PageHeader } from '@/components/page-header'
import { ApiKey, listApiKeys, MemberScope } from '@/lib/auth'
import { labelServed } from '@/lib/chains'
import { listPolicies } from '@/lib/policies'
import { CallerLimits, listLimits } from '@/lib/facilitator'
import { createKeyAction, revokeKeyAction, rotateKeyAction, setLimitsAction } from './actions'

export const metadata: Metadata = { title: 'API keys' }

export default async function KeysPage() {
  const scope = await requireSession()
  const [keys, policies, limits] = await Promise.all([listApiKeys(scope), listPolicies(scope), listLimits(scope)])
  const usable = policies.filter(({ merchantId, archivedAt }) => merchantId === scope.merchantId && archivedAt === null)
  const editable = MemberScope.may(scope, scope.merchantId, 'integrate')
  return (
    <>
      <PageHeader
        title="API keys"
        description="Credentials of programs that request transactions under a policy, read the audit log, or settle x402 payments."
        actions={
          editable && (
            <CreateKey
              choices={ApiKey.choicesFor((permission) => MemberScope.may(scope, scope.merchantId, permission))}
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
        rotate={rotateKeyAction}
        overlaps={ApiKey.overlaps}
        revoke={revokeKeyAction}
        empty={
          <Empty icon={KeySquare} title="No API keys yet">
            Create one for each program, so that it can be revoked alone and the audit trail names it.
          </Empty>
        }
      />
      <LimitsCard
        keys={keys.flatMap(({ id, name }) => {
          const own = limits.get(id)
          return own ? [{ id, name, limits: own }] : []
        })}
        networks={labelServed().map(({ network, name }) => ({ value: network, label: name }))}
        assets={CallerLimits.assetChoices()}
        editable={editable}
        save={setLimitsAction}
      />
    </>
  )
}
