import { z } from 'zod'
import { Filter } from '@/lib/paging'
import { stances } from './Payer'

/** The filters and the order of the list of payers, as the URL holds them. */

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
  order: z.enum(['asc', 'desc']),
  /** Days without a payment, of wallets that paid before. */
  silent: z.enum(['7', '30', '90']),
  /** Sums change while a reader pages, so a page is only a number. */
  page: z.coerce.number<string>().int().min(2).max(pageMax),
}

export type PayerFilter = Filter.FilterValues<typeof shape>
