import { createHash } from 'node:crypto'
import Stripe from 'stripe'
import { z } from 'zod'
import { env } from '../env'
import { AppError } from '@/lib/errors'
import { stripeClient } from './client'

/** How old a signature may be, seconds: Stripe's own tolerance. */
const toleranceSeconds = 300

/** What a webhook says: which object changed. The object itself is read again, because events come late and in any order. */
export type StripeEvent = {
  id: string
  type: string
  objectId: string
  refers: { intent?: string; charge?: string; refund?: string; dispute?: string; warning?: string; payout?: string }
}

const ids = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)])
const Changed = z.looseObject({
  id: z.string().optional(),
  object: z.string(),
  payment_intent: ids.nullish(),
  charge: ids.nullish(),
})

/**
 * The event in the body of a webhook, if one of the configured secrets signed it within the last five minutes.
 * @throws AppError webhook-unsigned
 */
export function readEvent(body: string, signature: string | null): StripeEvent {
  const event = verify(body, signature)
  const changed = Changed.parse(event.data.object)
  // A payment token is a secret, and its event names nothing that is read again.
  const isNamed = changed.id !== undefined && !changed.id.startsWith('spt_')
  const objectId = isNamed
    ? (changed.id ?? '')
    : createHash('sha256')
        .update(changed.id ?? body)
        .digest('hex')
  const intent = changed.object === 'payment_intent' ? objectId : changed.payment_intent
  const charge = changed.object === 'charge' ? objectId : changed.charge
  return {
    id: event.id,
    type: event.type,
    objectId,
    refers: {
      ...(intent && { intent }),
      ...(charge && { charge }),
      ...(changed.object === 'refund' && { refund: objectId }),
      ...(changed.object === 'dispute' && { dispute: objectId }),
      ...(changed.object === 'radar.early_fraud_warning' && { warning: objectId }),
      ...(changed.object === 'payout' && { payout: objectId }),
    },
  }
}

function verify(body: string, signature: string | null): Stripe.Event {
  for (const secret of env.STRIPE?.webhookSecrets ?? []) {
    try {
      return stripeClient().webhooks.constructEvent(body, signature ?? '', secret, toleranceSeconds)
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error
    }
  }
  throw new AppError(
    'webhook-unsigned',
    'The Stripe-Signature header fits none of the signing secrets in STRIPE, or is older than five minutes.',
  )
}
