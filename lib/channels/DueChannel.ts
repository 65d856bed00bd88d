import type { Caip2 } from '@/lib/money'

/** What the schedule looks at of a free channel, and what a settlement would group it by. */
export type DueChannel = {
  id: string
  merchantId: string
  network: Caip2
  asset: string
  payee: string
  units: bigint
  /** Delivered beyond what is settled, micro-dollars. */
  amountMicros: bigint
  /** Of all the merchant's channels on the network together. */
  exposureMicros: bigint
  sinceAt: Date
  lastVoucherAt: Date
  closeDeadlineAt: Date | null
  /** The database's clock: what is due by it was chosen by it. */
  now: Date
}
