import Link from 'next/link'
import type { ReactNode } from 'react'
import type { ApiKeyRow } from '@/lib/auth'
import { DataTable, type Column } from '../data-table'
import type { Outcome } from '../outcome'
import { Status } from '../status'
import { Time } from '../time'
import { Badge } from '../ui/badge'
import { RevokeKey } from './revoke-key'

type Props = {
  keys: readonly ApiKeyRow[]
  /** Names by id. */
  policies: ReadonlyMap<string, string>
  editable: boolean
  revoke: (id: string) => Promise<Outcome<null>>
  empty: ReactNode
}

/** API keys: those that work first. */
export function KeyTable({ keys, policies, editable, revoke, empty }: Props) {
  const columns: Column<ApiKeyRow>[] = [
    {
      key: 'name',
      header: 'Key',
      cell: ({ name, prefix }) => (
        <div className="min-w-0">
          <p className="truncate font-medium">{name}</p>
          <p className="font-mono text-xs text-muted-foreground">{prefix}…</p>
        </div>
      ),
    },
    { key: 'state', header: 'Status', cell: ({ state }) => <Status kind="key" value={state} /> },
    {
      key: 'scopes',
      header: 'May',
      from: 'md',
      cell: ({ scopes }) => (
        <span className="flex flex-wrap gap-1">
          {scopes.map((scope) => (
            <Badge key={scope} tone="outline" className="font-mono">
              {scope}
            </Badge>
          ))}
        </span>
      ),
    },
    {
      key: 'policy',
      header: 'Policy',
      from: 'sm',
      cell: ({ policyId }) =>
        policyId === null ? (
          <span className="text-muted-foreground">None</span>
        ) : (
          <Link href={`/policies/${policyId}`} className="rounded-sm text-brand hover:underline">
            {policies.get(policyId) ?? policyId.slice(0, 8)}
          </Link>
        ),
    },
    {
      key: 'used',
      header: 'Last used',
      from: 'sm',
      cell: ({ lastUsedAt }) =>
        lastUsedAt ? <Time at={lastUsedAt} /> : <span className="text-muted-foreground">Never</span>,
    },
    {
      key: 'ends',
      header: 'Ends',
      from: 'lg',
      cell: ({ revokedAt, expiresAt }) => {
        const at = revokedAt ?? expiresAt
        return at ? <Time at={at} /> : <span className="text-muted-foreground">When revoked</span>
      },
    },
    {
      key: 'act',
      header: <span className="sr-only">Actions</span>,
      align: 'right',
      cell: ({ id, name, state }) =>
        editable && state === 'active' && <RevokeKey name={name} revoke={revoke.bind(null, id)} />,
    },
  ]
  return <DataTable caption="API keys" columns={columns} rows={keys} rowKey={({ id }) => id} empty={empty} />
}
