import { env } from '../env'
import { AppError, toProblem } from '@/lib/errors'
import { Accept } from '@/lib/http'
import type { Protocol } from '@/lib/payments'
import { Quote } from '@/lib/pricing'
import { challengeAll, type OfferedInvoice } from '@/lib/protocols'
import type { GatewayAnswer, WholeAnswer } from './GatewayAnswer'
import * as ChallengeHead from './ChallengeHead'
import { signInFor } from './identify'
import { offerInvoice } from './offer-invoice'
import { renderPaywall } from './paywall'
import * as Reprint from './Reprint'
import type { PricedRequest } from './PricedRequest'
import { readOffer } from './session/read-offer'

/**
 * Builds the 402: the challenges of both protocols for one quote. The body is the problem (with x402 v1's members and all
 * challenges), or a page for a browser. `refusal` is the error of the request's credential, `reason` the same as x402's
 * code.
 * @throws AppError uri-too-long
 */
export async function build402(
  pricedRequest: PricedRequest,
  refusal?: AppError,
  reason?: string,
): Promise<GatewayAnswer> {
  const [session, invoice] = await Promise.all([readOffer(pricedRequest, refusal), offerInvoice(pricedRequest)])
  // An invoice belongs to one client: its 402 is no template for others.
  if (refusal || invoice || wantsPage(pricedRequest.request))
    return compose(pricedRequest, refusal, { reason, session, invoice, signIn: signInFor(pricedRequest) }).response
  return demandPlainly(pricedRequest, session)
}

/**
 * Templates of the 402s of the current second. Limited, so that requests with many different URLs cannot fill the memory.
 */
const forms = {
  second: 0,
  byKey: new Map<string, { form: Reprint.ReprintForm; ownTexts: Protocol.Challenge['ownTexts'] }>(),
}
const formsMax = 200

/**
 * The 402 for a client without a credential. The first identical request in a second builds it; the others fill its
 * template.
 */
async function demandPlainly(pricedRequest: PricedRequest, session: Offered['session']): Promise<WholeAnswer> {
  const quote = Quote.sinceItsSecond(pricedRequest.quote)
  const rounded = { ...pricedRequest, quote, ctx: { ...pricedRequest.ctx, now: () => quote.issuedAtMs } }
  const signIn = signInFor(rounded)
  const ownTo = (challenge: Pick<Protocol.Challenge, 'ownTexts'>) => [
    ...challenge.ownTexts(quote),
    quote.id,
    ...(signIn ? [signIn.nonce] : []),
  ]
  if (forms.second !== quote.issuedAtMs) {
    forms.second = quote.issuedAtMs
    forms.byKey.clear()
  }
  const key = keyOf(rounded, session)
  const known = forms.byKey.get(key)
  if (known) return Reprint.print(known.form, ownTo(known))
  const { response, challenge } = compose(rounded, undefined, { session, signIn })
  const { status, headers } = response
  const whole = { status, headers: [...headers], body: Buffer.from(await response.arrayBuffer()) }
  if (forms.byKey.size < formsMax)
    forms.byKey.set(key, { form: Reprint.from(whole, ownTo(challenge)), ownTexts: challenge.ownTexts })
  return whole
}

/**
 * The cache key: everything a 402 depends on except the random bits and the second of its quote. An edited resource is a
 * new object.
 */
function keyOf({ resource, request, agentRequest, quote }: PricedRequest, session: Offered['session']): string {
  const { priceMicros, metered, basis, payouts } = quote
  const { snapshot: _none, ...offer } = session ?? {}
  const parts = [
    numberOf(resource),
    request.method,
    agentRequest.url,
    agentRequest.bodyDigest,
    request.headers.get('accept-payment'),
    agentRequest.takes,
    { priceMicros, metered, basis, payouts },
    session && offer,
  ]
  return JSON.stringify(parts, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
}

const numbers = new WeakMap<object, number>()
let lastNumber = 0

function numberOf(resource: object): number {
  const known = numbers.get(resource)
  if (known !== undefined) return known
  numbers.set(resource, ++lastNumber)
  return lastNumber
}

type Offered = {
  reason?: string | undefined
  session: Awaited<ReturnType<typeof readOffer>>
  invoice?: OfferedInvoice | undefined
  signIn: ReturnType<typeof signInFor>
}

/** Composes the 402 from its parts. Reads the configuration, nothing else. */
export function compose(
  { request, agentRequest, quote, resource }: Pick<PricedRequest, 'request' | 'agentRequest' | 'quote' | 'resource'>,
  refusal: AppError | undefined,
  { reason, session, invoice, signIn }: Offered,
): { response: Response; challenge: Protocol.Challenge } {
  const error =
    refusal ?? new AppError('payment-required', 'Pay one of the offered challenges and send the request again.')
  const acceptPayment = request.headers.get('accept-payment')
  const challenge = challengeAll(quote, agentRequest, {
    ...(session && { session }),
    ...(invoice && { invoice }),
    ...(signIn && { signIn }),
    ...(acceptPayment !== null && { acceptPayment }),
    ...(reason !== undefined && { error: reason }),
  })
  const { decoded } = challenge
  const page =
    !refusal && wantsPage(request) ? renderPaywall({ resource, quote, decoded, url: agentRequest.url }) : undefined
  const headers = new Headers({
    ...error.headers,
    ...ChallengeHead.common,
    ...(page ? page.headers : ChallengeHead.ofProblem),
  })
  // All other headers are set, so the rest of the budget is for the challenges.
  const head = ChallengeHead.fit(challenge, headers, { url: agentRequest.url, networks: quote.payouts.length })
  for (const [name, value] of head.headers) headers.append(name, value)
  if (page) return { challenge, response: new Response(page.html, { status: error.status, headers }) }
  const problem = toProblem(error, env.PUBLIC_URL)
  const body = { ...problem, ...challenge.body, expires: new Date(quote.expiresAtMs).toISOString() }
  return { challenge, response: new Response(JSON.stringify(body), { status: error.status, headers }) }
}

function wantsPage(request: Request): boolean {
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  return (
    isRead &&
    Accept.prefers(request.headers.get('accept'), 'text/html', ['application/problem+json', 'application/json'])
  )
}
