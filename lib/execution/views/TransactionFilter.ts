import { Filter } from '@/lib/paging'

/** What the list of transactions can be narrowed by, as it stands in the URL. */

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
  /** Whole address or its beginning. */
  signer: Filter.addressStart,
  /** UTC days, both included. */
  from: Filter.day,
  to: Filter.day,
}

export type TransactionFilter = Filter.FilterValues<typeof shape>
