import Link from 'next/link'
import type { ReactNode } from 'react'
import type { ApiKeyRow } from '@/lib/auth'
import { actionColumn, column, None } from '../columns'
import { DataTable, type Column } from '../data-table'
import type { Outcome } from '../outcome'
import { Status } from '../status'
import { Time } from '../time'
import { Badge } from '../ui/badge'
import { RevokeKey } from './revoke-key'
import { RotateKey } from './rotate-key'

type Props = {
  keys: readonly ApiKeyRow[]
  /** Policy names by id. */
  policies: ReadonlyMap<string, string>
  editable: boolean
  rotate: (id: string, input: { overlapHours: string }) => Promise<Outcome<{ key: string }>>
  overlaps: readonly { value: string; label: string }[]
  revoke: (id: string) => Promise<Outcome<null>>
  empty: ReactNode
}

/** API keys, active ones first. */
export function KeyTable({ keys, policies, editable, rotate, overlaps, revoke, empty }: Props) {
  const columns: Column<ApiKeyRow>[] = [
    column('Key', ({ name, prefix, previous, state }) => (
      <div className="min-w-0">
        <p className="truncate font-medium">{name}</p>
        <p className="font-mono text-xs text-muted-foreground">{prefix}…</p>
        {previous && state === 'active' && <OldSecret {...previous} />}
      </div>
    )),
    column('Status', ({ state }) => <Status kind="key" value={state} />),
    column('May', { from: 'md' }, ({ scopes }) => (
      <span className="flex flex-wrap gap-1">
        {scopes.map((scope) => (
          <Badge key={scope} tone="outline" className="font-mono">
            {scope}
          </Badge>
        ))}
      </span>
    )),
    column('Policy', { from: 'sm' }, ({ policyId }) =>
      policyId === null ? (
        <None>None</None>
      ) : (
        <Link href={`/policies/${policyId}`} className="rounded-sm text-brand hover:underline">
          {policies.get(policyId) ?? policyId.slice(0, 8)}
        </Link>
      ),
    ),
    column('Last used', { from: 'sm' }, ({ lastUsedAt }) =>
      lastUsedAt ? <Time at={lastUsedAt} /> : <None>Never</None>,
    ),
    column('Ends', { from: 'lg' }, ({ revokedAt, expiresAt }) => {
      const at = revokedAt ?? expiresAt
      return at ? <Time at={at} /> : <None>When revoked</None>
    }),
    actionColumn(
      ({ id, name, state }) =>
        editable &&
        state === 'active' && (
          <span className="flex justify-end gap-1.5">
            <RotateKey name={name} overlaps={overlaps} rotate={rotate.bind(null, id)} />
            <RevokeKey name={name} revoke={revoke.bind(null, id)} />
          </span>
        ),
    ),
  ]
  return <DataTable caption="API keys" columns={columns} rows={keys} rowKey={({ id }) => id} empty={empty} />
}

/** The secret before the last rotation: until when it works, and whether a program still uses it. */
function OldSecret({ prefix, until, isOver, usedAt }: NonNullable<ApiKeyRow['previous']>) {
  return (
    <p className="text-xs text-muted-foreground">
      Old secret <span className="font-mono">{prefix}…</span> {isOver ? 'ended' : 'works until'} <Time at={until} />,{' '}
      {usedAt ? (
        <>
          last used <Time at={usedAt} />
        </>
      ) : (
        'never used'
      )}
    </p>
  )
}
