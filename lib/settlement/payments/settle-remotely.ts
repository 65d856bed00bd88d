import { createCtx, type Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { log } from '../../log'
import { Chain } from '@/lib/chains'
import { sql, withTransaction } from '@/lib/db'
import {
  beginRemoteSettlement,
  bookFailed,
  lockUnsettled,
  requeueUnsettled,
  settleLocally,
  type SettlingPayment,
} from '@/lib/payments'
import type { PaymentResult } from './apply-batch'
import { namedFacilitator } from './named-facilitator'
import {
  askFacilitator,
  type FacilitatorReply,
  takeTrial,
  type RouteCandidate,
  type SettlementRoute,
  untilDeadline,
  RemoteFacilitator,
  Codec,
} from '@/lib/remote-facilitators'
import { resolveUnknown } from './resolve-unknown'
import { readResult } from './read-result'

/** A /verify that takes longer means that the facilitator is unwell, and the next one is asked. */
const verifyMsMax = 5_000

/** `none`: nothing was sent; the payment is unchanged. */
type Sent = { kind: 'sent' } | { kind: 'none'; reason: string } | { kind: 'gone' }

/**
 * Has the first facilitator of a route that accepts a payment settle it, and waits for the chain to show it until the
 * deadline. Each facilitator is asked to verify first, so one that is down costs only time. Once a settlement may have
 * been sent, the payment's row names its facilitator, and no other is ever asked.
 * @returns `none` if all declined: nothing was sent, and the payment still has to be settled.
 */
export async function settleRemotely(
  settling: SettlingPayment,
  { facilitators }: Pick<SettlementRoute, 'facilitators'>,
  deadlineAtMs: number,
): Promise<PaymentResult | { kind: 'none'; reason: string }> {
  const ctx = createCtx({ kind: 'system', id: 'settlement' })
  const { payment } = settling
  const [verified, settled] = [Codec.toBody(payment, 'verify'), Codec.toBody(payment, 'settle')]
  if (!verified || !settled) return { kind: 'none', reason: 'This kind of payment can only be settled by this server.' }
  let reason = 'No facilitator of the route can be reached.'
  for (const candidate of facilitators.filter(({ facilitator }) => maySettle(facilitator, payment))) {
    const declined = await preflight(candidate, payment, verified)
    if (declined !== undefined) {
      reason = `${candidate.facilitator.name}: ${declined}`
      continue
    }
    const sent = await untilDeadline(send(ctx, settling, candidate.facilitator, settled), deadlineAtMs)
    if (sent === undefined) return { kind: 'unknown' }
    if (sent.kind === 'none') reason = `${candidate.facilitator.name}: ${sent.reason}`
    else return awaitChain(ctx, payment, deadlineAtMs)
  }
  return { kind: 'none', reason }
}

/** True if the payer names no facilitator, or this one. */
function maySettle(
  facilitator: RemoteFacilitator.RemoteFacilitator,
  { network, scheme, instrument }: SettlingPayment['payment'],
): boolean {
  const named = namedFacilitator(instrument)
  return named === undefined || RemoteFacilitator.addressOf(facilitator, network, scheme) === named
}

/** Why this facilitator is skipped; undefined if it accepts the payment. A /verify settles nothing. */
async function preflight(
  { facilitator, state }: RouteCandidate,
  { network, scheme }: SettlingPayment['payment'],
  body: Codec.FacilitatorRequest,
): Promise<string | undefined> {
  if (!RemoteFacilitator.supports(facilitator, network, scheme === 'charge' ? 'exact' : scheme))
    return 'It does not support this.'
  if (state === 'half-open' && !(await takeTrial(facilitator))) return 'It is being tried after it failed.'
  const timeoutMs = Math.min(verifyMsMax, facilitator.timeoutMs)
  const reply = await askFacilitator(
    facilitator,
    { kind: 'verify', body },
    (answer) => !!Codec.readVerify(answer),
    timeoutMs,
  )
  if (reply.kind !== 'answered') return reply.reason
  const verdict = Codec.readVerify(reply.answer)
  if (!verdict) return `It answered HTTP ${reply.answer.status} with nothing that x402 knows.`
  return verdict.isValid ? undefined : verdict.reason
}

/** Sends the payment. It continues even when the request stops waiting. */
async function send(
  ctx: Ctx,
  settling: SettlingPayment,
  facilitator: RemoteFacilitator.RemoteFacilitator,
  body: Codec.FacilitatorRequest,
): Promise<Sent> {
  const { network } = settling.payment
  if (!(await begin(ctx, settling, facilitator))) return { kind: 'gone' }
  failpoint('before-facilitator')
  const reply = await askFacilitator(facilitator, { kind: 'settle', body }, (answer) =>
    isReadable(Codec.readSettle(answer, network)),
  )
  failpoint('after-facilitator')
  if (reply.kind === 'unsent') return takeBack(ctx, settling, reply.reason)
  await writeAnswer(settling.payment, reply)
  return { kind: 'sent' }
}

function isReadable(reported: Codec.ReportedSettlement): boolean {
  return reported.kind !== 'silent'
}

/**
 * Writes the row that names the facilitator, committed before a byte is sent. False if another process has the payment.
 */
async function begin(
  ctx: Ctx,
  settling: SettlingPayment,
  { id, name, timeoutMs }: RemoteFacilitator.RemoteFacilitator,
): Promise<boolean> {
  const paymentId = settling.payment.id
  return withTransaction(async (tx) => {
    const ours = await lockUnsettled(tx, [paymentId])
    if (!ours.has(paymentId)) return false
    await beginRemoteSettlement(tx, ctx, settling, { id, name })
    // An existing row belongs to a facilitator that received nothing.
    await tx.execute(sql`
      INSERT INTO facilitator_call (payment_id, upstream_id, due_at)
      VALUES (${paymentId}::uuid, ${id}::uuid, now() + make_interval(secs => ${timeoutMs / 1000}))
      ON CONFLICT (payment_id) DO UPDATE SET upstream_id = EXCLUDED.upstream_id, status = 'sent', due_at = EXCLUDED.due_at,
        reason = NULL, created_at = now()
      WHERE facilitator_call.status = 'unsent'`)
    return true
  })
}

/** No connection was made: the payment returns to its earlier state, and the next facilitator may be asked. */
async function takeBack(ctx: Ctx, { payment }: SettlingPayment, reason: string): Promise<Sent> {
  return withTransaction(async (tx) => {
    await tx.execute(sql`
      UPDATE facilitator_call SET status = 'unsent', reason = ${reason}, due_at = NULL
      WHERE payment_id = ${payment.id}::uuid AND status = 'sent'`)
    const [mine] = await requeueUnsettled(tx, [payment])
    if (!mine) await bookFailed(tx, ctx, [payment], reason)
    await settleLocally(tx, payment.id)
    return mine ? { kind: 'none', reason } : { kind: 'gone' }
  })
}

/** Stores the facilitator's answer. From now on the chain is looked at. */
async function writeAnswer(
  { id, network }: SettlingPayment['payment'],
  reply: Exclude<FacilitatorReply, { kind: 'unsent' }>,
): Promise<void> {
  const reported: Codec.ReportedSettlement =
    reply.kind === 'answered' ? Codec.readSettle(reply.answer, network) : { kind: 'silent', reason: reply.reason }
  const status = reply.kind === 'answered' ? reply.answer.status : reply.status
  const hash = reported.kind === 'claimed' ? reported.hash : null
  await withTransaction((tx) =>
    tx.execute(sql`
      UPDATE facilitator_call SET status = ${reported.kind}::facilitator_call_state, http_status = ${status},
        latency_ms = ${reply.latencyMs}, claimed_hash = ${hash}, reason = ${reported.reason}, due_at = now()
      WHERE payment_id = ${id}::uuid AND status = 'sent'`),
  )
}

const pollMsMin = 50
const pollMsMax = 1_000

/** Looks at the chain until it shows the outcome or the deadline passes. */
async function awaitChain(
  ctx: Ctx,
  { id, network }: SettlingPayment['payment'],
  deadlineAtMs: number,
): Promise<PaymentResult> {
  const everyMs = Math.min(pollMsMax, Math.max(pollMsMin, Chain.get(network).blockTimeMs / 4))
  for (;;) {
    await resolveUnknown(ctx, id).catch((error: unknown) => {
      log().warn({ err: error, paymentId: id }, 'what a facilitator did is not known yet')
    })
    const result = await readResult(id)
    if (result.kind !== 'unknown' || Date.now() + everyMs > deadlineAtMs) return result
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
