import Stripe from 'stripe'
import type { StripeOutcome } from './StripeOutcome'

type Answered<Raw> = Raw & { lastResponse: { headers: Record<string, string> } }

/** Statuses after which the same key must be sent again: in flight, dependency failed, too many requests. */
const unclear = new Set([409, 424, 429])

/**
 * Makes one call and says what is known after it. Never throws for an answer, or a missing one, of Stripe.
 * Source: docs.stripe.com/error-low-level.
 */
export async function askStripe<Raw, Value>(
  call: () => Promise<Answered<Raw>>,
  read: (raw: Raw) => Value,
): Promise<StripeOutcome<Value>> {
  try {
    const raw = await call()
    return { kind: 'done', value: read(raw), replayed: raw.lastResponse.headers['idempotent-replayed'] === 'true' }
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error
    return toOutcome(error)
  }
}

function toOutcome(error: Stripe.errors.StripeError): StripeOutcome<never> {
  const { statusCode, message, code, decline_code: declineCode } = error
  const isKnown = statusCode !== undefined && statusCode < 500 && !unclear.has(statusCode)
  // Another body under the same key: the first call was done, and its outcome has to be looked up.
  if (!isKnown || error.type === 'StripeIdempotencyError') return { kind: 'unknown', reason: message }
  const intent = error.payment_intent
  return {
    kind: 'refused',
    code: declineCode ?? code ?? error.rawType ?? 'refused',
    reason: message,
    ...(intent && { intentId: intent.id }),
  }
}
