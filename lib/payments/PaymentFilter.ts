import { Filter } from '@/lib/paging'

/** The filters of the list of payments, as the URL holds them. */

/** `partly_refunded`: delivered, and a part of it goes back. */
export const statuses = ['authorized', 'delivered', 'voided', 'refund_due', 'refunded', 'partly_refunded'] as const
export const settlements = ['none', 'pending', 'settled', 'failed'] as const
/** States of a session, besides those of a single payment. */
export const sessionStates = ['opening', 'open', 'close_requested', 'closing', 'closed', 'failed'] as const
/** A session is paid out in parts. */
export const sessionSettlements = ['none', 'pending', 'partly', 'settled'] as const
export const wires = ['x402 v2', 'x402 v1', 'mpp evm', 'mpp tempo', 'mpp tempo session'] as const

export const shape = {
  status: Filter.anyOf([...statuses, ...sessionStates]),
  settlement: Filter.anyOf([...settlements, 'partly']),
  protocol: Filter.anyOf(['x402', 'mpp']),
  wire: Filter.anyOf(wires),
  /** CAIP-2. */
  network: Filter.network,
  resource: Filter.id,
  /** Whole address or its beginning. */
  payer: Filter.addressStart,
  /** The address that is paid, whole or its beginning. */
  payTo: Filter.addressStart,
  /** Address of the token, whole or its beginning. */
  token: Filter.addressStart,
  /** Dollars. */
  min: Filter.dollars,
  max: Filter.dollars,
  /** UTC days, both included. */
  from: Filter.day,
  to: Filter.day,
}

export type PaymentFilter = Filter.FilterValues<typeof shape>
