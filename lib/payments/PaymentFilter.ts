import { Filter } from '@/lib/paging'

/** What the list of payments can be narrowed by, as it stands in the URL. */

export const statuses = ['authorized', 'delivered', 'voided', 'refund_due', 'refunded'] as const
export const settlements = ['none', 'pending', 'settled', 'failed'] as const
export const wires = ['x402 v2', 'x402 v1', 'mpp evm', 'mpp tempo'] as const

export const shape = {
  status: Filter.anyOf(statuses),
  settlement: Filter.anyOf(settlements),
  protocol: Filter.anyOf(['x402', 'mpp']),
  wire: Filter.anyOf(wires),
  /** CAIP-2. */
  network: Filter.network,
  resource: Filter.id,
  /** Whole address or its beginning. */
  payer: Filter.addressStart,
  /** Dollars. */
  min: Filter.dollars,
  max: Filter.dollars,
  /** UTC days, both included. */
  from: Filter.day,
  to: Filter.day,
}

export type PaymentFilter = Filter.Values<typeof shape>
