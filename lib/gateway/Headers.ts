/**
 * Decides which headers pass between agent and upstream. Headers of the payment, of the connection and of our own site do
 * not pass in either direction, and an upstream cannot send headers in our name (docs/security.md#t21). Pure.
 */

export type HeaderList = readonly (readonly [name: string, value: string])[]

const set = (text: string) => new Set(text.trim().split(/\s+/))

/** RFC 9110 section 7.6.1, and headers that older software treats the same way. */
const hopByHop = set(`connection keep-alive proxy-connection proxy-authenticate proxy-authorization
  proxy-authentication-info te trailer transfer-encoding upgrade http2-settings`)

const payment = set(`payment-signature x-payment payment-authorization payment-required payment-response
  x-payment-response payment-receipt settlement-overrides sign-in-with-x accept-payment`)

/** Headers that identify the agent, name the host it called, or override the method or URL. */
const notForUpstream = set(`host content-length expect cookie cookie2 forwarded via x-real-ip true-client-ip
  x-client-ip x-cluster-client-ip x-original-url x-rewrite-url x-original-host x-host x-http-method
  x-http-method-override x-method-override content-digest`)

/** A paid answer must be complete in itself, so conditional requests do not pass. */
const conditional = set('if-match if-none-match if-modified-since if-unmodified-since if-range')

/** Headers that would take effect for our origin, which is also the dashboard's. */
const notForAgent = set(`set-cookie set-cookie2 www-authenticate authentication-info clear-site-data
  strict-transport-security public-key-pins content-security-policy content-security-policy-report-only
  service-worker-allowed refresh report-to reporting-endpoints nel alt-svc origin-agent-cluster
  cross-origin-opener-policy cross-origin-embedder-policy cross-origin-resource-policy permissions-policy
  x-frame-options server x-powered-by via`)

const caching = set(`cache-control expires pragma age etag last-modified vary surrogate-control surrogate-key
  cdn-cache-control x-cache x-accel-expires`)

const forwardedPrefixes = ['x-forwarded-', 'x-envoy-', 'cf-', 'x-middleware-', 'x-nextjs-', 'sluice-']
const answerPrefixes = ['sluice-', 'access-control-', 'x-nextjs-', 'x-middleware-', 'x-accel-']

/** Added to every upstream answer, so that a browser never runs its content as part of our site. */
export const sandboxed: HeaderList = [
  ['content-security-policy', "sandbox; default-src 'none'; frame-ancestors 'none'"],
  ['x-content-type-options', 'nosniff'],
]

/**
 * Returns the agent's headers that go to the upstream. `injected` are the lower-case names of the merchant's own headers;
 * the agent cannot send those. CGI-like stacks read X_Api_Key as X-Api-Key, so a header whose name such a stack reads as
 * a blocked one is blocked too. Names are lower-case.
 */
export function forUpstream(headers: Headers, paid: boolean, injected: Iterable<string> = []): [string, string][] {
  const blocked = connectionNamed(headers.get('connection'))
  for (const name of injected) blocked.add(readAs(name))
  return [...headers].filter(([rawName, value]) => {
    const name = readAs(rawName)
    return (
      !blocked.has(name) &&
      !hopByHop.has(name) &&
      !payment.has(name) &&
      !notForUpstream.has(name) &&
      !(paid && conditional.has(name)) &&
      !forwardedPrefixes.some((prefix) => name.startsWith(prefix)) &&
      !(name === 'authorization' && isPaymentCredential(value))
    )
  })
}

/** The name as a CGI-like stack reads it: every character other than a letter or digit becomes "-". */
function readAs(name: string): string {
  return name.replace(/[^a-z0-9]/g, '-')
}

/** Returns the upstream's headers that go to the agent. `raw` is the list of pairs as received. */
export function forAgent(raw: HeaderList, paid: boolean): [string, string][] {
  const lower = raw.map(([name, value]): [string, string] => [name.toLowerCase(), value])
  const named = connectionNamed(
    lower
      .filter(([name]) => name === 'connection')
      .map(([, value]) => value)
      .join(','),
  )
  const passed = lower.filter(
    ([name]) =>
      !named.has(readAs(name)) &&
      !hopByHop.has(name) &&
      !payment.has(name) &&
      !notForAgent.has(name) &&
      !(paid && caching.has(name)) &&
      !answerPrefixes.some((prefix) => name.startsWith(prefix)),
  )
  return [...passed, ...sandboxed.map(([name, value]): [string, string] => [name, value])]
}

// The "Payment …" scheme, alone or among several credentials joined by commas.
function isPaymentCredential(value: string): boolean {
  return /(^|,)\s*payment(\s|$)/i.test(value)
}

function connectionNamed(value: string | null): Set<string> {
  return new Set((value ?? '').split(',').map((name) => readAs(name.trim().toLowerCase())))
}
