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
  /** UTC days, both included. */
  from: Filter.day,
  to: Filter.day,
}

export type RefundFilter = Filter.FilterValues<typeof shape>
