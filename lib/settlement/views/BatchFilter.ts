import { Filter } from '@/lib/paging'

/** The filters of the list of settlement batches, as they stand in the URL. */

export const statuses = ['submitted', 'applied', 'failed'] as const
export const forms = ['aggregate', 'single', 'raw', 'svm', 'channels'] as const

export const shape = {
  status: Filter.anyOf(statuses),
  form: Filter.anyOf(forms),
  /** CAIP-2. */
  network: Filter.network,
  /** UTC days or minutes, both included. */
  from: Filter.moment,
  to: Filter.moment,
}

export type BatchFilter = Filter.FilterValues<typeof shape>
