import type { Scope } from '@/lib/auth'
import { sql, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'
import { assertMayEdit } from './assert-may-edit'
import type { ResourceMeter } from './ResourceDraft'
import type { Execution } from './Execution'

export type LockedResource = {
  id: string
  merchantId: string
  merchantSlug: string
  name: string
  description: string
  mimeType: string
  method: string
  path: string
  upstreamUrl: string
  execution: Execution | null
  policyId: string | null
  timeoutMs: number
  priceMicros: bigint
  pricing: unknown
  settle: 'before' | 'after' | null
  streaming: boolean
  sideEffects: boolean
  session: boolean
  meter: ResourceMeter
  unitType: string
  depositUnits: number
  listing: unknown
  accessSeconds: number | null
  identifierRequired: boolean
  permit2: boolean
  contractPayers: boolean
  status: 'live' | 'paused'
  revision: number
  payouts: { network: Caip2; payTo: `0x${string}` }[]
}

/**
 * The row of a resource, locked until the transaction ends.
 * @throws AppError not-found or not-allowed
 */
export async function lockResource(tx: Tx, scope: Scope.Scope, id: string): Promise<LockedResource> {
  const [row] = await tx.query<LockedResource>(sql`
    SELECT r.*, r.settle::text, r.meter::text, r.status::text, m.slug AS merchant_slug,
      (SELECT coalesce(json_agg(json_build_object('network', p.network, 'payTo', p.pay_to) ORDER BY p.network), '[]')
         FROM resource_payout p WHERE p.resource_id = r.id) AS payouts
    FROM resource r JOIN merchant m ON m.id = r.merchant_id
    WHERE r.id::text = ${id} FOR UPDATE OF r`)
  if (!row) throw new AppError('not-found', 'There is no such resource.')
  assertMayEdit(scope, row.merchantId)
  return row
}
