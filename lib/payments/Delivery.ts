import type { PricingFacts } from './PricingFacts'
import { keptBytesMax, type StoredAnswer } from './Payment'

export type Delivery = {
  paymentId: string
  /** Null where no URL was called. */
  upstreamStatus: number | null
  /** When the upstream's answer began, ms since 1970. */
  upstreamEndedAtMs: number
  /** Kept for a repeat when it is small; absent for a stream. */
  answer?: StoredAnswer | undefined
  /** What other prices would be made of. */
  facts?: PricingFacts | undefined
}

/** Whether a repeat can be given this answer again. */
export function isKept(answer: StoredAnswer | undefined): answer is StoredAnswer {
  return answer !== undefined && answer.body.byteLength <= keptBytesMax
}
