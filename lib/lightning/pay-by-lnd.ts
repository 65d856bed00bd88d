import { callNode, type NodeDoor } from './call-node'
import { LightningFault } from './LightningFault'
import type { NodeCtx, PaymentOutcome, PaymentWish } from './LightningNode'
import * as Lnd from './LndAnswer'
import * as Payable from './Payable'

/** What the answer may take beyond the node's own limit. */
const marginMs = 5_000

/** What LND refuses before a payment begins comes as the code for everything, with these words. */
const refusedWords =
  /macaroon|verification failed|permission denied|amount must|invalid|not for current active network|self-payments|checksum|timeout_seconds|fee limit/i

/** Pays by LND's router. See `LightningNode.pay`. */
export async function payByLnd(
  door: NodeDoor,
  network: string,
  ctx: NodeCtx,
  wish: PaymentWish,
): Promise<PaymentOutcome> {
  const { paymentHash } = Payable.read(wish, network)
  const json = {
    payment_request: wish.bolt11,
    ...(wish.amountSat !== undefined && { amt: String(wish.amountSat) }),
    fee_limit_sat: String(wish.maxFeeSat),
    timeout_seconds: Math.max(1, Math.ceil(wish.timeoutMs / 1000)),
    no_inflight_updates: true,
  }
  const timeoutMs = wish.timeoutMs + marginMs
  try {
    const path = '/v2/router/send'
    const answer = await callNode(door, { method: 'POST', path, json, timeoutMs, signal: ctx.signal })
    const refusal = Lnd.readRefusal(answer)
    if (!refusal) return Lnd.outcomeOf(answer.text, paymentHash)
    if (refusal.code === Lnd.code.alreadyExists) return await howItStands(door, ctx, paymentHash)
    return outcomeOf(refusal)
  } catch (error) {
    if (!(error instanceof LightningFault)) throw error
    if (error.kind === 'unreachable') return { status: 'failed', fault: 'unreachable', detail: error.message }
    return { status: 'unknown', detail: error.message }
  }
}

/** The node has begun this payment before. */
async function howItStands(door: NodeDoor, ctx: NodeCtx, paymentHash: string): Promise<PaymentOutcome> {
  const path = `/v2/router/track/${Buffer.from(paymentHash, 'hex').toString('base64url')}`
  const request = { method: 'GET', path, timeoutMs: marginMs, signal: ctx.signal, isFirstLineEnough: true } as const
  const answer = await callNode(door, request)
  const refusal = Lnd.readRefusal(answer)
  if (refusal) return { status: 'unknown', detail: `The node knows this payment and answered: ${refusal.message}` }
  return Lnd.outcomeOf(answer.text, paymentHash)
}

function outcomeOf({ code, message }: Lnd.LndRefusal): PaymentOutcome {
  if (/invoice expired/i.test(message)) return { status: 'failed', fault: 'expired', detail: message }
  const isPlain = code !== undefined && code !== Lnd.code.unknown
  const isRefused = isPlain ? Lnd.faultOf({ status: 0, code, message }).kind === 'refused' : refusedWords.test(message)
  if (code !== undefined && isRefused) return { status: 'failed', fault: 'refused', detail: message }
  return { status: 'unknown', detail: `The node answered: ${message}` }
}
