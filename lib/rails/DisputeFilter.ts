import { Filter } from '@/lib/paging'
import { statuses } from './Dispute'

/** The tabs of the list. `lost`: accepted ones too. */
export const tabs = ['open', 'won', 'lost'] as const
export type DisputeTab = (typeof tabs)[number]

/** The filters of the list of disputes, as the URL holds them. */
export const shape = {
  tab: Filter.anyOf(tabs),
  status: Filter.anyOf(statuses),
  /** CAIP-2. */
  network: Filter.network,
  /** UTC days or minutes, both included. */
  from: Filter.moment,
  to: Filter.moment,
}

export type DisputeFilter = Filter.FilterValues<typeof shape>
