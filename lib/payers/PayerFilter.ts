import { z } from 'zod'
import { Filter } from '@/lib/paging'
import { stances } from './Payer'

/** What the list of payers can be narrowed and sorted by, as it stands in the URL. */

export const sorts = ['spent', 'calls', 'failures', 'recent', 'first'] as const
export type PayerSort = (typeof sorts)[number]

const pageMax = 10_000

export const shape = {
  /** A part of a label, or the beginning of an address. */
  q: z.string().trim().min(1).max(120),
  stance: Filter.anyOf(stances),
  protocol: Filter.anyOf(['x402', 'mpp']),
  ours: z.enum(['yes', 'no']),
  sort: z.enum(sorts),
  /** Sums change under a reader, so that a row's place is only a number. */
  page: z.coerce.number<string>().int().min(2).max(pageMax),
}

export type PayerFilter = Filter.FilterValues<typeof shape>
