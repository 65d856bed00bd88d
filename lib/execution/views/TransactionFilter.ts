import { Filter } from '@/lib/paging'

/** The filters of the list of transactions, as they stand in the URL. */

export const statuses = [
  'queued',
  'signed',
  'submitted',
  'included',
  'safe',
  'final',
  'reverted',
  'held',
  'expired',
  'cancelled',
  'failed',
] as const
export const purposes = ['settlement', 'refund', 'execution'] as const

export const shape = {
  status: Filter.anyOf(statuses),
  purpose: Filter.anyOf(purposes),
  /** CAIP-2. */
  network: Filter.network,
  /** A whole address or its beginning. */
  signer: Filter.addressStart,
  /** UTC days or minutes, both included. */
  from: Filter.moment,
  to: Filter.moment,
}

export type TransactionFilter = Filter.FilterValues<typeof shape>
