import { type Delivery } from './Delivery'
import type { Payment } from './Payment'

/** A payment that has to be settled; with its answer if the upstream was called first. */
export type SettlingPayment = {
  payment: Payment
  delivery?: Delivery | undefined
  /** `upto`: what the answer costs, base units, possibly less than the payer signed for. */
  chargeBase?: bigint | undefined
  /** When the chain was last checked for this payment, ms since 1970. */
  checkedAtMs?: number | undefined
}
