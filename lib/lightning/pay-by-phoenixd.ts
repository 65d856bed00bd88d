import { callNode, type NodeDoor } from './call-node'
import { LightningFault } from './LightningFault'
import type { NodeCtx, PaymentOutcome, PaymentWish } from './LightningNode'
import * as Payable from './Payable'
import * as Phoenixd from './PhoenixdAnswer'

/** phoenixd has no limit of its own for the answer. */
const marginMs = 5_000

/** The fee of phoenixd's peer: 0.4 % and 4 sat. */
const feeOf = (paysSat: bigint) => (paysSat * 4n + 999n) / 1000n + 4n

/** Pays by phoenixd. See `LightningNode.pay`. Its fee cannot be limited, so a wish that allows less is refused before it is sent. */
export async function payByPhoenixd(
  door: NodeDoor,
  network: string,
  ctx: NodeCtx,
  wish: PaymentWish,
): Promise<PaymentOutcome> {
  const { paymentHash, paysSat, expiresAtMs } = Payable.read(wish, network)
  if (feeOf(paysSat) > wish.maxFeeSat) {
    const detail = `phoenixd's fee is up to ${feeOf(paysSat)} sat, more than the ${wish.maxFeeSat} sat that are allowed.`
    return { status: 'failed', fault: 'refused', detail }
  }
  if (expiresAtMs <= ctx.now()) return { status: 'failed', fault: 'expired', detail: 'The invoice has expired.' }
  const form = { invoice: wish.bolt11, ...(wish.amountSat !== undefined && { amountSat: String(wish.amountSat) }) }
  const timeoutMs = wish.timeoutMs + marginMs
  try {
    const answer = await callNode(door, { method: 'POST', path: '/payinvoice', form, timeoutMs, signal: ctx.signal })
    const fault = Phoenixd.faultOf(answer)
    if (fault?.kind === 'refused') return { status: 'failed', fault: 'refused', detail: fault.message }
    if (fault) throw fault
    const paid = Phoenixd.read(Phoenixd.Paid, answer.text)
    if ('paymentPreimage' in paid) return Phoenixd.succeeded(paid.paymentPreimage, paid.routingFeeSat, paymentHash)
    return Phoenixd.isRepeat(paid.reason) ? await howItStands(door, ctx, paymentHash) : Phoenixd.failed(paid.reason)
  } catch (error) {
    if (!(error instanceof LightningFault)) throw error
    if (error.kind === 'unreachable') return { status: 'failed', fault: 'unreachable', detail: error.message }
    return { status: 'unknown', detail: error.message }
  }
}

/** The node has begun this payment before. */
async function howItStands(door: NodeDoor, ctx: NodeCtx, paymentHash: string): Promise<PaymentOutcome> {
  const path = `/payments/outgoingbyhash/${paymentHash}`
  const answer = await callNode(door, { method: 'GET', path, timeoutMs: marginMs, signal: ctx.signal })
  const fault = Phoenixd.faultOf(answer)
  if (fault) return { status: 'unknown', detail: `The node knows this payment. ${fault.message}` }
  return Phoenixd.outcomeOf(Phoenixd.read(Phoenixd.Outgoing, answer.text), paymentHash)
}
