import type { Caip2 } from '@/lib/money'

/** What the schedule reads of a free channel (one without a running settlement), and what settlements are grouped by. */
export type DueChannel = {
  id: string
  merchantId: string
  network: Caip2
  asset: string
  payee: string
  units: bigint
  /** Delivered and not settled, micro-dollars. */
  amountMicros: bigint
  /** The unsettled value of all the merchant's channels on the network. */
  exposureMicros: bigint
  sinceAt: Date
  lastVoucherAt: Date
  closeDeadlineAt: Date | null
  /** The clock of the database, because the database decided what is due. */
  now: Date
}
