/** The agent's Accept-Payment header: the methods and intents that it can pay, with preferences. */

/** `method/intent`, each of them may be `*`; q from 0 (never) to 1. */
export type PaymentPreference = { method: string; intent: string; q: number }
type Offer = { method: string; intent: string }

const entry = /^([a-z0-9-]+|\*)\/([a-z0-9-]+|\*)((?:\s*;\s*[a-zA-Z0-9_-]+\s*=\s*[^\s;]+)*)$/
const quality = /;\s*[qQ]\s*=\s*([^\s;]+)/
const qvalue = /^(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)$/

/** The preferences, in the header's order; undefined if any is malformed. The caller then ignores the header. */
export function parse(header: string): readonly PaymentPreference[] | undefined {
  const preferences: PaymentPreference[] = []
  for (const part of header.split(',').map((text) => text.trim())) {
    if (part === '') continue
    const match = entry.exec(part)
    const q = quality.exec(match?.[3] ?? '')?.[1] ?? '1'
    if (!match?.[1] || !match[2] || !qvalue.test(q)) return undefined
    preferences.push({ method: match[1], intent: match[2], q: Number(q) })
  }
  return preferences.length > 0 ? preferences : undefined
}

/**
 * The offers that the agent accepts, by its preference, then in their own order. The most specific entry decides.
 * Returns all offers if the header is absent, malformed or matches none, because an agent without an offer cannot pay
 * (draft-httpauth-payment, Accept-Payment).
 */
export function select<T extends Offer>(offers: readonly T[], header: string | undefined): readonly T[] {
  const preferences = header === undefined ? undefined : parse(header)
  if (!preferences) return offers
  const taken = offers
    .map((offer) => ({ offer, q: qualityOf(offer, preferences) }))
    .filter(({ q }) => q > 0)
    .sort((left, right) => right.q - left.q)
    .map(({ offer }) => offer)
  return taken.length > 0 ? taken : offers
}

function qualityOf(offer: Offer, preferences: readonly PaymentPreference[]): number {
  const matching = preferences
    .filter(({ method, intent }) => [offer.method, '*'].includes(method) && [offer.intent, '*'].includes(intent))
    .sort((left, right) => specificity(right) - specificity(left) || right.q - left.q)
  return matching[0]?.q ?? 0
}

function specificity({ method, intent }: PaymentPreference): number {
  return Number(method !== '*') + Number(intent !== '*')
}
