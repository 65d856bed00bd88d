import type { IncomingHttpHeaders } from 'node:http'

/**
 * What pages of any origin may request and read: everything that is sold, and its descriptions. These paths use no cookie, so a
 * page sees what every client sees, and no answer ever allows credentials. The dashboard and /api/v1 stay closed.
 */

type Pairs = readonly (readonly [name: string, value: string])[]

/** The gateway takes a path as it arrived, without normalising it. */
const gateway = /^\/gateway(?:\/|$)/
const shared = /^\/(facilitator\/|api\/mcp(?:\/|$)|\.well-known\/|openapi\.json$|llms\.txt$)/
/** Another spelling of a path, which a router may read as a closed one. */
const ambiguous = /\\|\/\/|\/\.{1,2}(?:\/|$)|%(?:2[ef]|5c)/i

/** Whether every origin may read a request target. */
export function isShared(target: string): boolean {
  const [path = ''] = target.split('?')
  return gateway.test(path) || (shared.test(path) && !ambiguous.test(path))
}

/** Browsers that support the asterisk show a page all headers; the names are for older ones. */
const exposed =
  'PAYMENT-REQUIRED, PAYMENT-RESPONSE, X-PAYMENT-RESPONSE, WWW-Authenticate, Payment-Receipt, EXTENSION-RESPONSES, Retry-After, Location, Link, *'

export const anyOrigin: Pairs = [
  ['Access-Control-Allow-Origin', '*'],
  ['Access-Control-Expose-Headers', exposed],
]

/**
 * The CORS headers of an answer that every origin may read. A 402 has few bytes for headers and is never stored: it gets them
 * only if a page asked. Cacheable answers always get them, because the next reader may be a page.
 */
export function headersFor(origin: string | undefined, cacheControl: string | null | undefined): Pairs {
  return origin === undefined && /no-store/i.test(cacheControl ?? '') ? [] : anyOrigin
}

/** Whether a request is a browser's preflight. */
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
/** The longest that any browser caches the answer. */
const maxAgeSeconds = 86_400

/** The answer to a preflight: everything is allowed, whether something is at the address or not. */
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
