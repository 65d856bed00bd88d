/**
 * What another price of a call would be made of, kept with its payment: sizes and counts, nothing of the content. Members that
 * could not be known are left out.
 */
export type PricingFacts = {
  requestBytes?: number
  responseBytes?: number
  /** Server-sent events of the answer, and the units that their fields said; decimal strings. */
  events?: string
  eventUnits?: string
  /** What the price counted: `Policy.keyOf` of the count, and how many; a decimal string. */
  counted?: { key: string; units: string }
  /** The agent that had signed in. Canonical address. */
  wallet?: string
}
