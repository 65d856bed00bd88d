import { z } from 'zod'
import { Filter } from '@/lib/paging'
import { classes, type AccountClass } from './BookSettings'

/** The filters of a month's journal, as the URL holds them. */

export const shape = {
  account: z.enum(Object.keys(classes) as [AccountClass, ...AccountClass[]]),
  /** Which side of the account. */
  side: z.enum(['debit', 'credit']),
  /** CAIP-2. */
  network: Filter.network,
  token: z.string().regex(/^[0-9A-Za-z]{1,64}$/),
  resource: Filter.id,
  /** Whole address. */
  payer: Filter.addressStart,
  /** Only entries that correct a closed month. */
  corrects: z.literal('yes'),
}

export type JournalFilter = Filter.FilterValues<typeof shape>
