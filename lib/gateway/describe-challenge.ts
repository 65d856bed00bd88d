import { env } from '../env'
import { Declaration } from '@/lib/discovery'
import { AppError, toProblem } from '@/lib/errors'
import type { Resource } from '@/lib/merchants'
import type { Protocol } from '@/lib/payments'
import { Policy, Price, Quote } from '@/lib/pricing'
import { challengeAll } from '@/lib/protocols'
import * as Head from './Head'
import { signInFor } from './identify'
import { gatewayPrefix } from './Route'
import { toOffer } from './session/offer'

/** What the editor knows of a resource that may not exist yet. */
export type Draft = Pick<
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

export type Description = {
  status: 402
  headers: readonly (readonly [name: string, value: string])[]
  body: Record<string, unknown>
  decoded: readonly Record<string, unknown>[]
}

const draftId = '00000000-0000-4000-8000-000000000000'
const draftIds = { id: draftId, revision: 1 }

/** What is known of the request that is priced; by itself nothing. */
export type Example = Omit<Price.Facts, 'atMs' | 'freeUsed'> & { atMs?: number }

/**
 * The 402 that an agent will see, made by the same adapters. Sends and stores nothing. `nowMs` fixes the expiry. What costs
 * nothing at the moment is described at the price of lists.
 * @param takes what `findTakes` says; without it, as if this server settled everything.
 */
export function describeChallenge(
  draft: Draft,
  nowMs: number,
  example: Example = {},
  takes: Protocol.Takes = { permit2: draft.permit2, contracts: draft.contractPayers },
): Description {
  const { challenge, rest, asked, expiresAtMs } = composeChallenge(draft, nowMs, example, takes)
  const error = new AppError('payment-required', 'Pay one of the offered challenges and send the request again.')
  return {
    status: 402,
    headers: [...rest, ...Head.fit(challenge, rest, asked).headers],
    body: {
      ...toProblem(error, env.PUBLIC_URL),
      ...challenge.body,
      expires: new Date(expiresAtMs).toISOString(),
    },
    decoded: challenge.decoded,
  }
}

/** The same before anything of its head is given up. `rest` are the headers beside the challenges. */
export function composeChallenge(draft: Draft, nowMs: number, example: Example, takes: Protocol.Takes) {
  const quote = Quote.from({ ...priceAt(draft, nowMs, example), ...draftIds, payouts: draft.payouts }, draftId, nowMs)
  const path = `${gatewayPrefix}${draft.merchantSlug}${draft.path}`
  const ask: Protocol.Ask = {
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
  const signIn = signInFor({ ctx: { now: () => nowMs }, resource: { ...draft, id: draftId }, ask })
  return {
    challenge: challengeAll(quote, ask, { ...(session && { session }), ...(signIn && { signIn }) }),
    rest: Object.entries({ ...Head.common, ...Head.ofProblem }),
    asked: { url: ask.url, networks: quote.payouts.length },
    expiresAtMs: quote.expiresAtMs,
  }
}

/** What the 402 would ask for at a moment, in micro-dollars; at the price of lists where that would be nothing. Pure. */
export function priceAt(
  { pricing, priceMicros }: Pick<Draft, 'pricing' | 'priceMicros'>,
  atMs: number,
  example: Example = {},
): Pick<Quote.Quote, 'priceMicros' | 'metered'> {
  const { maxMicros, metered, scale } = Price.of(pricing ?? Policy.fixed(priceMicros), { atMs, ...example })
  return { priceMicros: maxMicros === 0n ? priceMicros : maxMicros, metered: metered ? { scale } : undefined }
}
