import { env } from '../env'
import { AppError, toProblem } from '@/lib/errors'
import { Accept } from '@/lib/http'
import { challengeAll } from '@/lib/protocols'
import * as Head from './Head'
import { signInFor } from './identify'
import { renderPaywall } from './paywall'
import type { Sale } from './Sale'
import { readOffer } from './session/read-offer'

/**
/**
 * The 402: both protocols' challenges for one quote, the problem (with x402 v1's members, and all of the challenges) as body, or a
 * page for a browser. `refusal` is why a credential that came along was not accepted, `reason` the same in x402's word.
 * @throws AppError uri-too-long
 */
export async function demand(sale: Sale, refusal?: AppError, reason?: string): Promise<Response> {
  return compose(sale, refusal, { reason, session: await readOffer(sale, refusal), signIn: signInFor(sale) })
}

type Offered = {
  reason?: string | undefined
  session: Awaited<ReturnType<typeof readOffer>>
  signIn: ReturnType<typeof signInFor>
}

/** The same of what is known already. Pure but for the configuration. */
export function compose(
  { request, ask, quote, resource }: Pick<Sale, 'request' | 'ask' | 'quote' | 'resource'>,
  refusal: AppError | undefined,
  { reason, session, signIn }: Offered,
): Response {
  const error =
    refusal ?? new AppError('payment-required', 'Pay one of the offered challenges and send the request again.')
  const acceptPayment = request.headers.get('accept-payment')
  const challenge = challengeAll(quote, ask, {
    ...(session && { session }),
    ...(signIn && { signIn }),
    ...(acceptPayment !== null && { acceptPayment }),
    ...(reason !== undefined && { error: reason }),
  })
  const { decoded } = challenge
  const page = !refusal && wantsPage(request) ? renderPaywall({ resource, quote, decoded, url: ask.url }) : undefined
  const headers = new Headers({ ...error.headers, ...Head.common, ...(page ? page.headers : Head.ofProblem) })
  // Everything else is there, so that what is left for the challenges is known.
  const head = Head.fit(challenge, headers, { url: ask.url, networks: quote.payouts.length })
  for (const [name, value] of head.headers) headers.append(name, value)
  if (page) return new Response(page.html, { status: error.status, headers })
  const problem = toProblem(error, env.PUBLIC_URL)
  const body = { ...problem, ...challenge.body, expires: new Date(quote.expiresAtMs).toISOString() }
  return new Response(JSON.stringify(body), { status: error.status, headers })
}

function wantsPage(request: Request): boolean {
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  return (
    isRead &&
    Accept.prefers(request.headers.get('accept'), 'text/html', ['application/problem+json', 'application/json'])
  )
}
