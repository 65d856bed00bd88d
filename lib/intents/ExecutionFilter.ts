import { z } from 'zod'
import { Transaction } from '@/lib/execution'
import { Filter } from '@/lib/paging'

/** The filters for a list of transactions, as in the URL. */
export const shape = {
  status: Filter.anyOf(Transaction.statuses),
  /** CAIP-2. */
  network: Filter.network,
  /** The transactions of one intent. */
  intent: Filter.id,
  idempotencyKey: z.string().min(1).max(255),
  /** UTC days or minutes, both included. */
  from: Filter.moment,
  to: Filter.moment,
}

export type ExecutionFilter = Filter.FilterValues<typeof shape>
