import type { PricingFacts } from './PricingFacts'
import { keptBytesMax, type StoredAnswer } from './Payment'

export type Delivery = {
  paymentId: string
  /** Null where no URL was called. */
  upstreamStatus: number | null
  /** When the upstream's answer began, ms since 1970. */
  upstreamEndedAtMs: number
  /** Stored for a repeat if it is small; absent for a stream. */
  answer?: StoredAnswer | undefined
  /** The facts that other prices could use. */
  facts?: PricingFacts | undefined
}

/** Whether the answer is stored for a repeat. */
export function isKept(answer: StoredAnswer | undefined): answer is StoredAnswer {
  return answer !== undefined && answer.body.byteLength <= keptBytesMax
}
