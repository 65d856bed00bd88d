import { z } from 'zod'
import { Filter } from '@/lib/paging'
import { outcomes } from './Facilitation'

/** The filters of the facilitator's requests, as they stand in the URL. */

export const kinds = ['verify', 'settle'] as const

export const shape = {
  kind: Filter.anyOf(kinds),
  outcome: Filter.anyOf(outcomes),
  network: Filter.network,
  /** "key:{id}" or "public" */
  caller: z.string().regex(/^(public|key:[0-9a-f-]{36})$/),
  /** Any text in the reason. */
  reason: z.string().trim().min(3).max(100),
  from: Filter.moment,
  to: Filter.moment,
}

export type FacilitationFilter = Filter.FilterValues<typeof shape>
