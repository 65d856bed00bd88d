import type * as CallerLimits from './CallerLimits'

/** Who asks the facilitator for something. */
export type Caller = {
  /** "key:{id of the API key}", or "public" for everybody without one. */
  id: string
  /** Null for callers without a key. */
  keyId: string | null
  /** In words, for refusals: `The API key "shop"`. */
  name: string
  /** On whose account it goes. */
  merchantId: string
  limits: CallerLimits.CallerLimits
}
