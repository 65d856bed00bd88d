import { Filter } from '@/lib/paging'
import { kinds, statuses } from './Refund'

/** The filters of the list of refunds, as the URL holds them. */
export const shape = {
  status: Filter.anyOf(statuses),
  kind: Filter.anyOf(kinds),
  /** CAIP-2. */
  network: Filter.network,
  /** Address of the token, whole or its beginning. */
  token: Filter.addressStart,
  /** The address that the payment went to, whole or its beginning. */
  payTo: Filter.addressStart,
  /** UTC days or minutes, both included. */
  from: Filter.moment,
  to: Filter.moment,
}

export type RefundFilter = Filter.FilterValues<typeof shape>
