import { env } from '../env'
import { AppError, toProblem } from '@/lib/errors'
import type { Resource } from '@/lib/merchants'
import type { Protocol } from '@/lib/payments'
import { Quote } from '@/lib/pricing'
import { challengeAll } from '@/lib/protocols'
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
  | 'payouts'
  | 'session'
  | 'meter'
  | 'unitType'
  | 'depositUnits'
>

export type Description = {
  status: 402
  headers: readonly (readonly [name: string, value: string])[]
  body: Record<string, unknown>
  decoded: readonly Record<string, unknown>[]
}

const draftId = '00000000-0000-4000-8000-000000000000'

/** The 402 that an agent will see, made by the same adapters. Sends and stores nothing. `nowMs` fixes the expiry. */
export function describeChallenge(draft: Draft, nowMs: number): Description {
  const quote = Quote.from(
    { id: draftId, revision: 1, priceMicros: draft.priceMicros, payouts: draft.payouts },
    draftId,
    nowMs,
  )
  const path = `${gatewayPrefix}${draft.merchantSlug}${draft.path}`
  const ask: Protocol.Ask = {
    method: draft.method,
    url: `${env.PUBLIC_URL}${path}`,
    host: new URL(env.PUBLIC_URL).host,
    path,
    query: '',
    description: draft.description || draft.name,
    mimeType: draft.mimeType,
  }
  const session = toOffer(draft)
  const challenge = challengeAll(quote, ask, session && { session })
  const error = new AppError('payment-required', 'Pay one of the offered challenges and send the request again.')
  return {
    status: 402,
    headers: [['Cache-Control', 'no-store'], ...challenge.headers],
    body: {
      ...toProblem(error, env.PUBLIC_URL),
      ...challenge.body,
      expires: new Date(quote.expiresAtMs).toISOString(),
    },
    decoded: challenge.decoded,
  }
}
