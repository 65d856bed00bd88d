import { env } from '../env'
import { Declaration } from '@/lib/discovery'
import { AppError, toProblem } from '@/lib/errors'
import type { Resource } from '@/lib/merchants'
import type { Protocol } from '@/lib/payments'
import { PricePlan, Price, Quote } from '@/lib/pricing'
import { challengeAll } from '@/lib/protocols'
import * as ChallengeHead from './ChallengeHead'
import { settlesFirst } from './PricedRequest'
import { signInFor } from './identify'
import { gatewayPrefix } from './Route'
import { toOffer } from './session/offer'

/** The fields of a resource that may not exist yet, as the editor has them. */
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
  | 'settle'
  | 'streaming'
  | 'sideEffects'
>

export type ChallengePreview = {
  status: 402
  headers: readonly (readonly [name: string, value: string])[]
  body: Record<string, unknown>
  decoded: readonly Record<string, unknown>[]
}

const draftId = '00000000-0000-4000-8000-000000000000'
const draftIds = { id: draftId, revision: 1 }

/** What is known of the request to price; empty by default. */
export type ExampleRequest = Omit<Price.CallFacts, 'atMs' | 'freeUsed'> & { atMs?: number }

/**
 * Returns the 402 that an agent would get, built by the real adapters. Sends and stores nothing. `nowMs` fixes the
 * expiry. A resource that is free at the moment is shown at its list price.
 * @param takes what `findTakes` returns; by default as if this server settled everything.
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

/** The challenge of the preview before it is fitted to the head's budget. `rest` are the other headers. */
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
    ...(settlesFirst(draft) && { settlesFirst: true }),
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

/** Returns the price of the 402 at a moment, in micro-dollars; the list price if that would be zero. Pure. */
export function priceAt(
  { pricing, priceMicros }: Pick<PreviewDraft, 'pricing' | 'priceMicros'>,
  atMs: number,
  example: ExampleRequest = {},
): Pick<Quote.Quote, 'priceMicros' | 'metered'> {
  const { maxMicros, metered, scale } = Price.of(pricing ?? PricePlan.fixed(priceMicros), { atMs, ...example })
  return { priceMicros: maxMicros === 0n ? priceMicros : maxMicros, metered: metered ? { scale } : undefined }
}
