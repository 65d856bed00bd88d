import { AppError, toProblemResponse } from '@/lib/errors'
import { env } from '@/lib/env'
import { answer } from './_lib/answer'

/**
 * What programs ask for: served by the process that sells, without Next, by the same route handlers. They know no cookie and no
 * page. Each is loaded when it is first asked for. What people ask for stays with Next.
 */

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
type Method = (typeof methods)[number]
// Each handler takes the parameters of its own path.
type Handler = (request: Request, context: { params: Promise<never> }) => Promise<Response>
type Handlers = Partial<Record<Method, Handler>>
type Params = Record<string, string | string[]>

/** By the path of their folder, as Next reads it. `sale`: a purchase or an execution, which waits for no page. */
const routes: Record<string, { load(): Promise<Handlers>; sale?: true }> = {
  '/api/v1/transactions': { load: () => import('./api/v1/transactions/route'), sale: true },
  '/api/v1/transactions/simulate': { load: () => import('./api/v1/transactions/simulate/route'), sale: true },
  '/api/v1/transactions/[id]': { load: () => import('./api/v1/transactions/[id]/route'), sale: true },
  '/api/v1/transactions/[id]/cancel': { load: () => import('./api/v1/transactions/[id]/cancel/route'), sale: true },
  '/api/v1/transactions/[id]/events': { load: () => import('./api/v1/transactions/[id]/events/route'), sale: true },
  '/api/v1/transactions/[id]/receipt': { load: () => import('./api/v1/transactions/[id]/receipt/route') },
  '/api/v1/transactions/[id]/speed-up': { load: () => import('./api/v1/transactions/[id]/speed-up/route'), sale: true },
  '/api/v1/payments/[id]': { load: () => import('./api/v1/payments/[id]/route') },
  '/api/v1/payments/[id]/refunds': { load: () => import('./api/v1/payments/[id]/refunds/route') },
  '/api/v1/payments/[id]/refunds/[refund]/transfer': {
    load: () => import('./api/v1/payments/[id]/refunds/[refund]/transfer/route'),
  },
  '/api/v1/payments/[id]/refunds/[refund]/cancel': {
    load: () => import('./api/v1/payments/[id]/refunds/[refund]/cancel/route'),
  },
  '/api/v1/quotes': { load: () => import('./api/v1/quotes/route') },
  '/api/v1/openapi.json': { load: () => import('./api/v1/openapi.json/route') },
  '/api/v1/audit/key': { load: () => import('./api/v1/audit/key/route') },
  '/api/v1/audit/checkpoint': { load: () => import('./api/v1/audit/checkpoint/route') },
  '/api/v1/audit/proof/inclusion': { load: () => import('./api/v1/audit/proof/inclusion/route') },
  '/api/v1/audit/proof/consistency': { load: () => import('./api/v1/audit/proof/consistency/route') },
  '/api/rails/lightning/refunds': { load: () => import('./api/rails/lightning/refunds/route') },
  '/api/rails/stripe': { load: () => import('./api/rails/stripe/route') },
  '/api/cron/[task]': { load: () => import('./api/cron/[task]/route'), sale: true },
  '/api/mcp/[[...merchant]]': { load: () => import('./api/mcp/[[...merchant]]/route'), sale: true },
  '/facilitator/discovery/resources': { load: () => import('./facilitator/discovery/resources/route') },
  '/facilitator/discovery/search': { load: () => import('./facilitator/discovery/search/route') },
  '/.well-known/x402': { load: () => import('./.well-known/x402/route') },
  '/s/[slug]': { load: () => import('./s/[slug]/route') },
  '/openapi.json': { load: () => import('./openapi.json/route') },
  '/docs/[[...page]]': { load: () => import('./docs/[[...page]]/route') },
  '/llms-full.txt': { load: () => import('./llms-full.txt/route') },
  '/llms.txt': { load: () => import('./llms.txt/route') },
}

/** Their paths, in the order in which they are tried: a name before what stands for any. */
export const paths = Object.keys(routes).sort((one, other) => Number(one.includes('[')) - Number(other.includes('[')))
const patterns = paths.map((path) => ({ path, segments: path.split('/') }))

export type Match = { path: string; params: Params; isSale: boolean }

/** The route of a request target, or undefined where Next is asked: other spellings of a path are its business too. */
export function findRoute(target: string): Match | undefined {
  const given = (target.split('?')[0] ?? '').split('/')
  for (const { path, segments } of patterns) {
    const params = match(segments, given)
    if (params) return { path, params, isSale: routes[path]?.sale === true }
  }
  return undefined
}

/** Answers a request for a target that has a route. Never throws. */
export function serveRoute(request: Request, target: string): Promise<Response> {
  return answer(async () => {
    const { path = '', params = {} } = findRoute(target) ?? {}
    const handlers = (await routes[path]?.load()) ?? {}
    const method = request.method as Method
    const handler = handlers[method] ?? (method === 'HEAD' ? handlers.GET : undefined)
    if (!handler) return withoutHandler(handlers, request.method)
    const response = await handler(toPlatform(request), { params: Promise.resolve(params as never) })
    const headers = new Headers(response.headers)
    headers.set('X-Content-Type-Options', 'nosniff')
    return new Response(response.body, { status: response.status, headers })
  })
}

/** The listener's requests are light ones, which the platform's own constructors do not take. */
function toPlatform({ url, method, headers, body, signal }: Request): Request {
  return new Request(url, { method, headers, signal, ...(body && { body, duplex: 'half' as const }) })
}

function withoutHandler(handlers: Handlers, method: string): Response {
  const known = methods.filter((name) => handlers[name] ?? (name === 'HEAD' && handlers.GET))
  const allow = { Allow: [...known, 'OPTIONS'].join(', ') }
  if (method === 'OPTIONS') return new Response(null, { status: 204, headers: allow })
  const problem = new AppError('method-not-allowed', `Use ${known.join(' or ')}.`, { headers: allow })
  return toProblemResponse(problem, env.PUBLIC_URL)
}

/** `[name]` stands for one segment, `[[...name]]` at the end for any number of them. */
function match(segments: readonly string[], given: readonly string[]): Params | undefined {
  const params: Params = {}
  for (const [index, segment] of segments.entries()) {
    const [, rest, name] = /^\[(?:\[\.\.\.(\w+)\]|(\w+))\]$/.exec(segment) ?? []
    if (rest !== undefined) {
      const all = given.slice(index)
      if (all.includes('')) return undefined
      return all.length > 0 ? { ...params, [rest]: all } : params
    }
    const value = given[index]
    if (name !== undefined && value) params[name] = value
    else if (segment !== value) return undefined
  }
  return segments.length === given.length ? params : undefined
}
