import { createCtx, type Ctx } from '../ctx'
import { env } from '../env'
import { log } from '../log'
import { recordListing, type ListingOutcome } from '@/lib/discovery'
import { AppError, toAppError, toProblem } from '@/lib/errors'
import { facilitation, type Facilitated } from '@/lib/protocols'
import type { Caller } from './Caller'
import { findCaller } from './find-caller'
import { readSettlementRequest } from './read-settlement-request'
import { recordFacilitation } from './record-facilitation'
import { settle, type FacilitatedSettlement } from './settle'
import { supported } from './supported'
import { verify } from './verify'

/**
 * The facilitator's part of x402's HTTP API, `Request -> Response`: mounted by server.ts and by Next's routes alike.
 */

const prefix = '/facilitator/'
export const verbs = ['verify', 'settle', 'supported'] as const
export type FacilitatorVerb = (typeof verbs)[number]

/** The verb of a request target; undefined for other paths below the prefix. */
export function verbOf(target: string): FacilitatorVerb | undefined {
  const [path = ''] = target.split('?')
  return verbs.find((verb) => path === prefix + verb)
}

/** Never throws: every refusal becomes an answer that is readable to x402's clients and is also a problem document. */
export async function handle(verb: FacilitatorVerb, request: Request, remoteAddress = 'unknown'): Promise<Response> {
  const ctx = createCtx({ kind: 'agent', id: remoteAddress })
  const startedAtMs = ctx.now()
  try {
    const expectedMethod = verb === 'supported' ? 'GET' : 'POST'
    if (request.method !== expectedMethod && !(request.method === 'HEAD' && expectedMethod === 'GET'))
      throw new AppError('method-not-allowed', `Use ${expectedMethod}.`, {
        headers: { Allow: expectedMethod === 'GET' ? 'GET, HEAD' : expectedMethod },
      })
    const caller = await findCaller(request)
    if (verb === 'supported') return answer(await supported(caller))
    const facilitated = await readSettlementRequest(request)
    return verb === 'verify'
      ? await answerVerify(ctx, caller, facilitated, startedAtMs)
      : await answerSettle(ctx, caller, facilitated, startedAtMs)
  } catch (error) {
    return refuse(verb, toAppError(error), undefined)
  }
}

async function answerVerify(
  ctx: Ctx,
  caller: Caller,
  facilitated: Facilitated,
  startedAtMs: number,
): Promise<Response> {
  try {
    await verify(ctx, caller, facilitated)
    record(ctx, { verb: 'verify', caller, facilitated, startedAtMs })
    return answer({ isValid: true, payer: facilitated.signed.payer })
  } catch (error) {
    const known = toAppError(error)
    record(ctx, { verb: 'verify', caller, facilitated, startedAtMs, error: known })
    return refuse('verify', known, facilitated)
  }
}

async function answerSettle(
  ctx: Ctx,
  caller: Caller,
  facilitated: Facilitated,
  startedAtMs: number,
): Promise<Response> {
  try {
    const result = await settle(ctx, caller, facilitated, startedAtMs)
    const isNew = result.settled.kind === 'settled' && !result.isRepeat
    const listed = isNew ? await list(ctx, facilitated) : undefined
    return answer(toSettleResponse(facilitated, result), listed && toExtensionResponses(listed))
  } catch (error) {
    const known = toAppError(error)
    record(ctx, { verb: 'settle', caller, facilitated, startedAtMs, error: known })
    return refuse('settle', known, facilitated)
  }
}

/** A settlement waits this long for its listing; then the answer says that the listing is under way. */
const listingMs = 1_000

type ListingReply = ListingOutcome | { status: 'processing' }

async function list(ctx: Ctx, { wire }: Facilitated): Promise<ListingReply | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<ListingReply>((resolve) => {
    timer = setTimeout(() => resolve({ status: 'processing' }), listingMs)
  })
  const listing = recordListing(ctx, { payload: wire.paymentPayload, requirements: wire.paymentRequirements })
  return Promise.race([listing, late]).finally(() => clearTimeout(timer))
}

/** x402 extensions/bazaar, "Verify and Settlement Response Header". */
function toExtensionResponses(reply: ListingReply): Record<string, string> {
  const { status } = reply
  const bazaar = { status, ...('reason' in reply && { rejectedReason: reply.reason }) }
  return { 'EXTENSION-RESPONSES': Buffer.from(JSON.stringify({ bazaar })).toString('base64') }
}

/** x402 v2 5.3.2 and v1 5.3; only v2 has `amount`. */
function toSettleResponse(
  facilitated: Facilitated,
  { payment, settled }: FacilitatedSettlement,
): Record<string, unknown> {
  const { version } = facilitated
  const common = { network: facilitation.nameOf(facilitated), payer: payment.payer }
  switch (settled.kind) {
    case 'settled':
      return {
        success: true,
        transaction: settled.hash,
        ...common,
        ...(version === 2 && { amount: settled.amountBase.toString() }),
      }
    case 'failed':
      return {
        success: false,
        errorReason: facilitation.failedCode(facilitated),
        errorMessage: settled.reason,
        transaction: '',
        ...common,
      }
    case 'unknown':
      return {
        success: false,
        errorReason: 'settlement_pending',
        errorMessage:
          'It was sent and its outcome is not known yet. Ask for the same settlement again; do not ask for another payment.',
        transaction: settled.hash ?? '',
        ...common,
      }
  }
}

/** Refusals that are a verdict on the payment. They get status 200, like the reference implementation's. */
const aboutPayment = new Set(['verification-failed', 'payment-expired', 'payment-insufficient', 'payment-in-progress'])

const common = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }

function refuse(verb: FacilitatorVerb, error: AppError, facilitated: Facilitated | undefined): Response {
  if (error.status >= 500) log().error({ err: error.cause ?? error, code: error.code, verb }, 'facilitation failed')
  const code = facilitation.codeOf(error, facilitated)
  const verdict =
    verb === 'verify'
      ? { isValid: false, invalidReason: code, invalidMessage: error.message }
      : {
          success: false,
          errorReason: code,
          errorMessage: error.message,
          transaction: '',
          network: facilitated ? facilitation.nameOf(facilitated) : '',
        }
  const payer = facilitated ? { payer: facilitated.signed.payer } : {}
  if (facilitated && aboutPayment.has(error.code)) return answer({ ...verdict, ...payer })
  // An outage says nothing about the payment, so the answer has no member that could be read as a verdict.
  const isOurs = error.status >= 500 || error.status === 401 || error.status === 403 || error.status === 429
  const body = { ...(isOurs || verb === 'supported' ? {} : verdict), ...toProblem(error, env.PUBLIC_URL) }
  return new Response(JSON.stringify(body), {
    status: error.status,
    headers: { ...error.headers, 'Content-Type': 'application/problem+json', ...common },
  })
}

function answer(body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    headers: { 'Content-Type': 'application/json', ...common, ...headers },
  })
}

type FacilitatorCall = {
  verb: 'verify' | 'settle'
  caller: Caller
  facilitated: Facilitated
  startedAtMs: number
  error?: AppError
}

/** A settle that made a claim is recorded with its claim instead. */
function record(ctx: Ctx, { verb, caller, facilitated, startedAtMs, error }: FacilitatorCall): void {
  const { offer, signed, network, version } = facilitated
  const judged = error && aboutPayment.has(error.code)
  recordFacilitation(ctx, {
    caller,
    kind: verb,
    x402Version: version,
    scheme: offer.scheme,
    network,
    asset: offer.asset.address,
    payer: signed.payer,
    payTo: offer.payTo,
    amountBase: offer.amountBase,
    outcome: error ? (judged ? (verb === 'verify' ? 'invalid' : 'failed') : 'refused') : 'valid',
    reason: error ? `${facilitation.codeOf(error, facilitated)}: ${error.message}` : null,
    latencyMs: ctx.now() - startedAtMs,
    paymentId: null,
  })
}
