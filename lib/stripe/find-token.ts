import { z } from 'zod'
import { askStripe } from './ask-stripe'
import { apiVersion, stripeClient } from './client'
import type { StripeOutcome } from './StripeOutcome'

const Raw = z.looseObject({
  id: z.string(),
  deactivated_at: z.number().nullish(),
  deactivated_reason: z.string().nullish(),
  agent_details: z.looseObject({ network_business_profile: z.string().nullish() }).nullish(),
  payment_method_details: z
    .looseObject({ card: z.looseObject({ fingerprint: z.string().nullish() }).nullish() })
    .nullish(),
  usage_limits: z.looseObject({ currency: z.string(), expires_at: z.number(), max_amount: z.number().int() }),
})

/** A Shared Payment Token as its seller sees it. Amounts in cents. */
export type GrantedToken = {
  currency: string
  mostBase: bigint
  expiresAtMs: number
  /** consumed, expired, resolved or revoked; null while it can be charged. */
  deactivated: string | null
  /** The agent's business profile, else the fingerprint of its card; null if Stripe names none. */
  agent: string | null
}

/** Looks at a payment token before it is charged. Charges nothing. */
export function findToken(token: string): Promise<StripeOutcome<GrantedToken>> {
  const path = `/v1/shared_payment/granted_tokens/${encodeURIComponent(token)}`
  return askStripe(
    async () => {
      const answer = await stripeClient().rawRequest('GET', path, {}, { apiVersion })
      return answer as typeof answer & { lastResponse: { headers: Record<string, string> } }
    },
    (raw) => {
      const { agent_details: agent, payment_method_details: method, usage_limits: limits, ...rest } = Raw.parse(raw)
      const fingerprint = method?.card?.fingerprint
      return {
        currency: limits.currency,
        mostBase: BigInt(limits.max_amount),
        expiresAtMs: limits.expires_at * 1000,
        deactivated: rest.deactivated_at ? (rest.deactivated_reason ?? 'deactivated') : null,
        agent: agent?.network_business_profile ?? (fingerprint ? `card_${fingerprint}` : null),
      }
    },
  )
}
