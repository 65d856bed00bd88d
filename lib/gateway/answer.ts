import { createCtx, type Ctx } from '../ctx'
import { env } from '../env'
import { log } from '../log'
import { runFor } from '@/lib/db'
import { Declaration } from '@/lib/discovery'
import { AppError, toAppError, toProblemResponse } from '@/lib/errors'
import { countChallenge, loadMerchantResources, type Resource } from '@/lib/merchants'
import { Stream } from '@/lib/http'
import { assertAdmitted } from '@/lib/payers'
import type { Protocol } from '@/lib/payments'
import { Quote } from '@/lib/pricing'
import { parseAny, refusalOf, resourceOfChannel } from '@/lib/protocols'
import { Abort } from './Abort'
import { assertOnSale } from './assert-on-sale'
import { findAcceptedMethods } from './find-accepted-methods'
import { toResponse, type GatewayAnswer } from './GatewayAnswer'
import * as RequestBody from './RequestBody'
import { serveMerchant } from './catalogue/serve-merchant'
import { build402 } from './build-402'
import { serveAccess } from './serve-access'
import { assertArguments } from './execution/read-request'
import { identify } from './identify'
import { priceRequest } from './price-request'
import { isStreamed } from './respond'
import * as Route from './Route'
import { settlesFirst, type PricedRequest } from './PricedRequest'
import { serveFreeCall } from './serve-free-call'
import { servePaid } from './serve-paid'
import { NeedsSnapshot } from './session/needs-snapshot'
import { serveChannel } from './session/serve-channel'
import * as Upstream from './Upstream'

export type RequestInfo = {
  remoteAddress?: string | undefined
  /** The request target as received; a URL object would normalise it. */
  target?: string | undefined
  /** Aborted when the client disconnects; defaults to the request's own signal. */
  gone?: Abort | undefined
}

/** Like `handle`, but avoids a platform Response where plain parts are enough. Never throws. */
export function answer(request: Request, info: RequestInfo = {}): Promise<GatewayAnswer> {
  // Next and MCP call this from the pages' context, so it selects the database connections for sales.
  return runFor('sales', () => serveOrRefuse(request, info))
}

async function serveOrRefuse(request: Request, info: RequestInfo): Promise<GatewayAnswer> {
  const ctx = createCtx({ kind: 'agent', id: info.remoteAddress ?? 'unknown' })
  try {
    return await serve(ctx, request, info)
  } catch (error) {
    const known = toAppError(error)
    // A pause is a decision of the merchant, not a fault of the server.
    if (known.status >= 500 && known.code !== 'paused')
      log().error({ err: known.cause ?? known, code: known.code, requestId: ctx.requestId }, 'request was not served')
    return toProblemResponse(known, env.PUBLIC_URL)
  }
}

async function serve(ctx: Ctx, request: Request, info: RequestInfo): Promise<GatewayAnswer> {
  const target = info.target ?? request.url.slice(new URL(request.url).origin.length)
  const { merchantSlug, path, query } = Route.parseTarget(target)
  const merchant = await loadMerchantResources(merchantSlug)
  if (!merchant) throw new AppError('resource-not-found', 'Nothing is sold at this address.')
  const meaning = meaningOf(merchant.resources, request, path, ctx.now())
  if (meaning.kind === 'options') return new Response(null, { status: 204, headers: { Allow: meaning.allow } })
  if (meaning.kind === 'catalogue') return serveMerchant(request, meaning.document, merchantSlug, merchant.resources)

  const { resource, params } = meaning
  const gone = info.gone ?? Abort.from(request.signal)
  if (Route.isFree(resource)) {
    assertOnSale(resource)
    return serveFree({ request, resource, params, gone, body: RequestBody.passThrough(request) }, query)
  }
  const body = await RequestBody.read(request)
  const method = meaning.kind === 'call' ? request.method : resource.method
  const declared = Declaration.from(resource, params)
  const agentRequest = {
    ...toAgentRequest(method, resource, merchantSlug, path, query, body),
    declared,
    takes: await findAcceptedMethods(resource),
    ...(settlesFirst(resource) && { settlesFirst: true }),
  }
  const unpriced = { ctx, request, resource, params, agentRequest, body, gone }
  const pricedRequest: PricedRequest = { ...unpriced, quote: priceRequest(unpriced, resource) }
  if (meaning.kind === 'price') {
    assertOnSale(resource)
    return Quote.isFree(pricedRequest.quote)
      ? serveFree(pricedRequest, query)
      : withoutBody(await build402(pricedRequest))
  }
  return serveOrChallenge(pricedRequest)
}

/**
 * Returns the answer, paid or free, or the challenge. A refusal with status 402 always carries a fresh challenge; while the
 * resource is paused it becomes 503 `paused`.
 */
async function serveOrChallenge(pricedRequest: PricedRequest): Promise<GatewayAnswer> {
  try {
    const presented = parseAny(pricedRequest.request.headers)
    if (presented?.kind === 'channel') return await serveChannel(pricedRequest, presented.credential)
    if (presented) return await servePaid(pricedRequest, presented.credential)
  } catch (error) {
    const refusal = toAppError(error)
    const refusalHeader = refusalOf(pricedRequest.request.headers, refusal)
    // The official client resynchronises a channel from the challenge only if no other header describes its payment.
    const known =
      refusalHeader && !(refusal instanceof NeedsSnapshot)
        ? refusal.with({ headers: { [refusalHeader.name]: refusalHeader.value, ...refusal.headers } })
        : refusal
    if (!isDemand(refusal) || Quote.isFree(pricedRequest.quote)) throw known
    assertOnSale(pricedRequest.resource)
    return build402(pricedRequest, known, refusalHeader?.reason)
  }
  return serveUnpaid(pricedRequest)
}

/** True for refusals that carry a challenge: 402, and 412 for an allowance that an x402 client must grant first. */
function isDemand({ status }: AppError): boolean {
  return status === 402 || status === 412
}

/** Serves a request without a payment: access or a free call for a signed-in wallet, a free answer, or the challenge. */
async function serveUnpaid(anonymous: PricedRequest): Promise<GatewayAnswer> {
  assertOnSale(anonymous.resource)
  let pricedRequest = anonymous
  try {
    const agent = await identify(anonymous)
    if (agent) pricedRequest = { ...anonymous, agent, quote: priceRequest({ ...anonymous, agent }, anonymous.resource) }
    const back = agent && (await serveAccess(pricedRequest, agent))
    if (back) return back
    if (agent) await assertAdmitted(anonymous.resource, agent.wallet)
  } catch (error) {
    const refusal = toAppError(error)
    if (refusal.status !== 402) throw error
    return build402(anonymous, refusal)
  }
  if (Quote.isFree(pricedRequest.quote)) return serveFree(pricedRequest, pricedRequest.agentRequest.query)
  const free = await serveFreeCall(pricedRequest)
  if (free) return free
  assertArguments(pricedRequest)
  countChallenge(pricedRequest.resource.id)
  return build402(pricedRequest)
}

/**
 * Decides what to do with a request. A channel is managed at its resource's own URL by any method (HEAD for a pure
 * top-up), so a channel credential is processed even if the path has no resource for the method.
 * @throws AppError resource-not-found | method-not-allowed
 */
function meaningOf(resources: readonly Resource[], request: Request, path: string, nowMs: number): Route.MethodMeaning {
  try {
    const meaning = Route.meaning(resources, request.method, path)
    return meaning.kind === 'price' ? (toManage(resources, request, path, nowMs) ?? meaning) : meaning
  } catch (error) {
    const meaning = toManage(resources, request, path, nowMs)
    if (meaning) return meaning
    throw error
  }
}

/** Undefined if the request has no channel credential, or the path has no resource with sessions. */
function toManage(
  resources: readonly Resource[],
  { headers }: Request,
  path: string,
  nowMs: number,
): Route.MethodMeaning | undefined {
  const withSessions = Route.findAt(resources, path).filter(({ resource }) => resource.session)
  const ids = withSessions.map(({ resource }) => resource.id)
  const named = withSessions.length > 0 ? resourceOfChannel(headers, ids, nowMs) : undefined
  const found = named && (withSessions.find(({ resource }) => resource.id === named.resourceId) ?? withSessions[0])
  return found && { kind: 'manage', ...found }
}

/**
 * Passes a free call to the upstream, streamed in both directions. HEAD is sent as GET, which every upstream supports;
 * the body is then dropped.
 */
async function serveFree(
  {
    request,
    resource,
    params,
    gone,
    body,
  }: Pick<PricedRequest, 'request' | 'resource' | 'params' | 'gone'> & { body: RequestBody.OutgoingBody },
  query: string,
): Promise<Response> {
  const { method } = resource
  const sent = await Upstream.send({
    resource,
    params,
    query,
    method,
    headers: request.headers,
    body,
    gone,
    paid: false,
  })
  const answered = new Headers(sent.headers.map(([name, value]): [string, string] => [name, value]))
  if (sent.body && isStreamed(answered)) Stream.letThrough(answered)
  return new Response(sent.body, { status: sent.status, headers: answered })
}

function toAgentRequest(
  method: string,
  resource: Resource,
  merchantSlug: string,
  path: string,
  query: string,
  body: RequestBody.RequestBody,
): Protocol.AgentRequest {
  const whole = `${Route.gatewayPrefix}${merchantSlug}${path}`
  return {
    method,
    url: `${env.PUBLIC_URL}${whole}${query ? `?${query}` : ''}`,
    host: new URL(env.PUBLIC_URL).host,
    path: whole,
    soldPath: `${Route.gatewayPrefix}${merchantSlug}${resource.path}`,
    query,
    ...(body.kind !== 'none' && { bodyDigest: body.digest }),
    description: resource.description || resource.name,
    mimeType: resource.mimeType,
  }
}

function withoutBody(answer: GatewayAnswer): Response {
  const { status, headers } = toResponse(answer)
  return new Response(null, { status, headers })
}
