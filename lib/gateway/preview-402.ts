import { env } from '../env'
import { Declaration } from '@/lib/discovery'
import { AppError, toProblem } from '@/lib/errors'
import type { Resource } from '@/lib/merchants'
import type { Protocol } from '@/lib/payments'
import { PricePlan, Price, Quote } from '@/lib/pricing'
import { challengeAll } from '@/lib/protocols'
import * as ChallengeHead from './ChallengeHead'
import { signInFor } from './identify'
import { gatewayPrefix } from './Route'
import { toOffer } from './session/offer'

/** What the editor knows of a resource that may not exist yet. */
export type PreviewDraft = Pick<
  Resource,
  | 'merchantSlug'
  | 'method'
  | 'path'
  | 'name'
  | 'description'
  | 'mimeType'
  | 'priceMicros'
  | 'pricing'
  | 'payouts'
  | 'session'
  | 'meter'
  | 'unitType'
  | 'depositUnits'
  | 'execution'
  | 'listing'
  | 'identifierRequired'
  | 'permit2'
  | 'contractPayers'
  | 'accessSeconds'
>

export type ChallengePreview = {
  status: 402
  headers: readonly (readonly [name: string, value: string])[]
  body: Record<string, unknown>
  decoded: readonly Record<string, unknown>[]
}

const draftId = '00000000-0000-4000-8000-000000000000'
const draftIds = { id: draftId, revision: 1 }

/** What is known of the request that is priced; by itself nothing. */
export type ExampleRequest = Omit<Price.CallFacts, 'atMs' | 'freeUsed'> & { atMs?: number }

/**
 * The 402 that an agent will see, made by the same adapters. Sends and stores nothing. `nowMs` fixes the expiry. What costs
 * nothing at the moment is described at the price of lists.
 * @param takes what `findTakes` says; without it, as if this server settled everything.
 */
export function preview402(
  draft: PreviewDraft,
  nowMs: number,
  example: ExampleRequest = {},
  takes: Protocol.AcceptedMethods = { permit2: draft.permit2, contracts: draft.contractPayers },
): ChallengePreview {
  const { challenge, rest, asked, expiresAtMs } = composeChallenge(draft, nowMs, example, takes)
  const error = new AppError('payment-required', 'Pay one of the offered challenges and send the request again.')
  return {
    status: 402,
    headers: [...rest, ...ChallengeHead.fit(challenge, rest, asked).headers],
    body: {
      ...toProblem(error, env.PUBLIC_URL),
      ...challenge.body,
      expires: new Date(expiresAtMs).toISOString(),
    },
    decoded: challenge.decoded,
  }
}

/** The same before anything of its head is given up. `rest` are the headers beside the challenges. */
export function composeChallenge(
  draft: PreviewDraft,
  nowMs: number,
  example: ExampleRequest,
  takes: Protocol.AcceptedMethods,
) {
  const quote = Quote.from({ ...priceAt(draft, nowMs, example), ...draftIds, payouts: draft.payouts }, draftId, nowMs)
  const path = `${gatewayPrefix}${draft.merchantSlug}${draft.path}`
  const agentRequest: Protocol.AgentRequest = {
    method: draft.method,
    url: `${env.PUBLIC_URL}${path}`,
    host: new URL(env.PUBLIC_URL).host,
    path,
    query: '',
    description: draft.description || draft.name,
    mimeType: draft.mimeType,
    declared: Declaration.from(draft),
    takes,
  }
  const session = toOffer(draft)
  const signIn = signInFor({ ctx: { now: () => nowMs }, resource: { ...draft, id: draftId }, agentRequest })
  return {
    challenge: challengeAll(quote, agentRequest, { ...(session && { session }), ...(signIn && { signIn }) }),
    rest: Object.entries({ ...ChallengeHead.common, ...ChallengeHead.ofProblem }),
    asked: { url: agentRequest.url, networks: quote.payouts.length },
    expiresAtMs: quote.expiresAtMs,
  }
}

/** What the 402 would ask for at a moment, in micro-dollars; at the price of lists where that would be nothing. Pure. */
export function priceAt(
  { pricing, priceMicros }: Pick<PreviewDraft, 'pricing' | 'priceMicros'>,
  atMs: number,
  example: ExampleRequest = {},
): Pick<Quote.Quote, 'priceMicros' | 'metered'> {
  const { maxMicros, metered, scale } = Price.of(pricing ?? PricePlan.fixed(priceMicros), { atMs, ...example })
  return { priceMicros: maxMicros === 0n ? priceMicros : maxMicros, metered: metered ? { scale } : undefined }
}
