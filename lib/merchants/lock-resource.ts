import type { Scope } from '@/lib/auth'
import { sql, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'
import { assertMayEdit } from './assert-may-edit'
import type { ResourceMeter } from './ResourceDraft'
import type { Execution } from './Execution'

export type LockedResource = {
  id: string
  merchant_id: string
  merchant_slug: string
  name: string
  description: string
  mime_type: string
  method: string
  path: string
  upstream_url: string
  execution: Execution | null
  policy_id: string | null
  timeout_ms: number
  price_micros: bigint
  pricing: unknown
  settle: 'before' | 'after' | null
  streaming: boolean
  side_effects: boolean
  session: boolean
  meter: ResourceMeter
  unit_type: string
  deposit_units: number
  listing: unknown
  access_seconds: number | null
  identifier_required: boolean
  permit2: boolean
  contract_payers: boolean
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
  assertMayEdit(scope, row.merchant_id)
  return row
}
