/**
 * Facts that another price of a call could use, stored with its payment: sizes and counts, no content. Unknown members are
 * absent.
 */
export type PricingFacts = {
  requestBytes?: number
  responseBytes?: number
  /** Server-sent events of the answer, and the units that their fields stated; decimal strings. */
  events?: string
  eventUnits?: string
  /** What the price counted: `PricePlan.keyOf` of the count, and how many; a decimal string. */
  counted?: { key: string; units: string }
  /** The agent that had signed in. Canonical address. */
  wallet?: string
}
