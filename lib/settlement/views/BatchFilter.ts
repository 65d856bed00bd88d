import { Filter } from '@/lib/paging'

/** What the list of settlement batches can be narrowed by, as it stands in the URL. */

export const statuses = ['submitted', 'applied', 'failed'] as const
export const forms = ['aggregate', 'single', 'raw', 'svm', 'channels'] as const

export const shape = {
  status: Filter.anyOf(statuses),
  form: Filter.anyOf(forms),
  /** CAIP-2. */
  network: Filter.network,
  /** UTC days, both included. */
  from: Filter.day,
  to: Filter.day,
}

export type BatchFilter = Filter.FilterValues<typeof shape>
