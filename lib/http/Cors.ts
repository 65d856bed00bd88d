import type { IncomingHttpHeaders } from 'node:http'

/**
 * What pages of any origin may ask for and read: everything that is sold, and what describes it. Nothing there knows a cookie, so a
 * page learns what anybody learns, and no answer ever allows credentials. The dashboard and /api/v1 stay shut.
 */

type Pairs = readonly (readonly [name: string, value: string])[]

/** Takes a path as it came, and normalises none. */
const gateway = /^\/gateway(?:\/|$)/
const shared = /^\/(facilitator\/|api\/mcp(?:\/|$)|\.well-known\/|openapi\.json$|llms\.txt$)/
/** Another spelling of a path, which a router may read as one that is shut. */
const ambiguous = /\\|\/\/|\/\.{1,2}(?:\/|$)|%(?:2[ef]|5c)/i

/** Whether every origin may read what stands at a request target. */
export function isShared(target: string): boolean {
  const [path = ''] = target.split('?')
  return gateway.test(path) || (shared.test(path) && !ambiguous.test(path))
}

/** The asterisk shows a page all headers in browsers that know it; the names are for older ones. */
const exposed =
  'PAYMENT-REQUIRED, PAYMENT-RESPONSE, X-PAYMENT-RESPONSE, WWW-Authenticate, Payment-Receipt, EXTENSION-RESPONSES, Retry-After, Location, Link, *'

export const anyOrigin: Pairs = [
  ['Access-Control-Allow-Origin', '*'],
  ['Access-Control-Expose-Headers', exposed],
]

/**
 * What an answer gets that every origin may read. A 402 has few bytes to spend and is never stored: it gets none where no page
 * asked. What caches may keep gets them always, because the next one who asks may be a page.
 */
export function headersFor(origin: string | undefined, cacheControl: string | null | undefined): Pairs {
  return origin === undefined && /no-store/i.test(cacheControl ?? '') ? [] : anyOrigin
}

/** A browser's question, before it sends what a page asks for. */
export function isPreflight(method: string | undefined, headers: IncomingHttpHeaders): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && 'access-control-request-method' in headers
}

export const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'
const allowed = [
  'Accept',
  'Accept-Payment',
  'Authorization',
  'Content-Digest',
  'Content-Type',
  'Idempotency-Key',
  'Last-Event-ID',
  'Mcp-Protocol-Version',
  'Mcp-Session-Id',
  'Payment-Authorization',
  'PAYMENT-SIGNATURE',
  'SIGN-IN-WITH-X',
  'X-PAYMENT',
]
/** Longest that any browser keeps the answer. */
const maxAgeSeconds = 86_400

/** The answer to a preflight: everything may be asked, whether there is something at the address or not. */
export function preflight(headers: IncomingHttpHeaders): Pairs {
  const asked = headers['access-control-request-headers']?.split(',').map((name) => name.trim()) ?? []
  const known = new Set(allowed.map((name) => name.toLowerCase()))
  const more = asked.filter((name) => /^[\w!#$%&'*+.^`|~-]{1,100}$/.test(name) && !known.has(name.toLowerCase()))
  return [
    ['Access-Control-Allow-Origin', '*'],
    ['Access-Control-Allow-Methods', methods],
    ['Access-Control-Allow-Headers', [...allowed, ...new Set(more)].join(', ')],
    ['Access-Control-Max-Age', String(maxAgeSeconds)],
    ...(headers['access-control-request-private-network'] === 'true'
      ? [['Access-Control-Allow-Private-Network', 'true'] as const]
      : []),
    ['Vary', 'Access-Control-Request-Headers, Access-Control-Request-Private-Network'],
  ]
}
