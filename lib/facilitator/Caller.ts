import type * as CallerLimits from './CallerLimits'

/** The caller of the facilitator. */
export type Caller = {
  /** "key:{id of the API key}", or "public" for all callers without one. */
  id: string
  /** Null for callers without a key. */
  keyId: string | null
  /** For refusals: `The API key "shop"`. */
  name: string
  /** The merchant that its requests are counted for. */
  merchantId: string
  limits: CallerLimits.CallerLimits
}
