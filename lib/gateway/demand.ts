import { env } from '../env'
import { AppError, toProblem } from '@/lib/errors'
import { Accept } from '@/lib/http'
import { challengeAll } from '@/lib/protocols'
import { signInFor } from './identify'
import { renderPaywall } from './paywall'
import type { Sale } from './Sale'
import { readOffer } from './session/read-offer'

/**
 * The 402: both protocols' challenges for one quote, the problem (with x402 v1's members) as body, or a page for
 * a browser. `refusal` is why a credential that came along was not accepted, `reason` the same in x402's word.
 */
export async function demand(sale: Sale, refusal?: AppError, reason?: string): Promise<Response> {
  const { request, ask, quote, resource } = sale
  const error =
    refusal ?? new AppError('payment-required', 'Pay one of the offered challenges and send the request again.')
  const acceptPayment = request.headers.get('accept-payment')
  const session = await readOffer(sale, refusal)
  const signIn = signInFor(sale)
  const challenge = challengeAll(quote, ask, {
    ...(session && { session }),
    ...(signIn && { signIn }),
    ...(acceptPayment !== null && { acceptPayment }),
    ...(reason !== undefined && { error: reason }),
  })
  const headers = new Headers({ ...error.headers, 'Cache-Control': 'no-store', Vary: 'Accept, Accept-Payment' })
  for (const [name, value] of challenge.headers) headers.append(name, value)
  assertReadable(headers, ask.url)
  if (!refusal && wantsPage(request)) {
    const page = renderPaywall({ resource, quote, decoded: challenge.decoded, url: ask.url })
    for (const [name, value] of Object.entries(page.headers)) headers.set(name, value)
    return new Response(page.html, { status: error.status, headers })
  }
  headers.set('Content-Type', 'application/problem+json')
  headers.set('X-Content-Type-Options', 'nosniff')
  const problem = toProblem(error, env.PUBLIC_URL)
  const body = { ...problem, ...challenge.body, expires: new Date(quote.expiresAtMs).toISOString() }
  return new Response(JSON.stringify(body), { status: error.status, headers })
}

/** What Node's fetch reads of an answer's headers, less what the server adds to ours. */
const headerBytesMax = 16 * 1024 - 512
/** Where the address is shorter than this, it is not what makes the headers too large. */
const urlLengthMin = 256

/** The offers repeat the address several times. @throws AppError uri-too-long */
function assertReadable(headers: Headers, url: string): void {
  let bytes = 0
  for (const [name, value] of headers) bytes += name.length + value.length + 4
  if (bytes <= headerBytesMax || url.length < urlLengthMin) return
  const message = `With this address of ${url.length} characters the offers would be larger than HTTP clients read. Shorten its query, or send its data in a body.`
  throw new AppError('uri-too-long', message)
}

function wantsPage(request: Request): boolean {
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  return (
    isRead &&
    Accept.prefers(request.headers.get('accept'), 'text/html', ['application/problem+json', 'application/json'])
  )
}
