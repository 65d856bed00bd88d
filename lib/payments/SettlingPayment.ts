import { type Delivery } from './Delivery'
import type { Payment } from './Payment'

/** A payment that wants its money moved; with its answer when the upstream was called first. */
export type SettlingPayment = {
  payment: Payment
  delivery?: Delivery | undefined
  /** What the answer came to, base units, where less may be charged than was signed for (`upto`). */
  chargeBase?: bigint | undefined
  /** When the chain was asked last whether it can move, ms since 1970. */
  checkedAtMs?: number | undefined
}
