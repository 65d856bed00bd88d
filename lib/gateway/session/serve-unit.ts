import { failpoint } from '../../failpoint'
import { log } from '../../log'
import { Chain } from '@/lib/chains'
import { commitCharge, type Charge, type ChargedChannel, type ChannelProtocol } from '@/lib/channels'
import { AppError, toAppError } from '@/lib/errors'
import { Amount } from '@/lib/money'
import type { GatewayAnswer } from '../GatewayAnswer'
import { callUpstream } from '../call-upstream'
import { chargeOf } from '../charge-of'
import { peekAnswer } from '../peek-answer'
import { paidAnswer } from '../respond'
import { holdAnswer, type UpstreamAnswer } from '../Upstream'
import { holdCredit } from './hold-credit'
import type { ChannelRequest } from './ChannelRequest'

/**
 * One request, one unit: hold its price, call the upstream, charge when its answer has begun. Where the price is known after
 * the answer only, the most of it is held and what the answer counts to is charged. A failure costs nothing.
 */
export async function serveUnit(session: ChannelRequest): Promise<GatewayAnswer> {
  const { sale, terms } = session
  await holdCredit(session, terms.priceBase)
  failpoint('after-claim')
  let sent: UpstreamAnswer
  try {
    sent = await callUpstream(sale, true)
  } catch (error) {
    await giveBack(session, terms.priceBase)
    throw withConsequence(error)
  }
  return serveSent(session, sent)
}

/** Charges the one unit that is held for an upstream's answer, and passes it on. */
export async function serveSent(session: ChannelRequest, sent: UpstreamAnswer): Promise<GatewayAnswer> {
  const { status, headers } = sent
  const { priceBase } = session.terms
  let body: Uint8Array | ReadableStream<Uint8Array> | null
  let chargedBase = priceBase
  try {
    if (session.terms.quote.metered) {
      const answer = await holdAnswer(sent)
      body = answer.body
      chargedBase = toBase(session, await chargeOf(session.sale, answer))
    } else {
      // What breaks off before it is known to be large was not delivered.
      body = session.sale.resource.streaming ? sent.body : (await peekAnswer(sent)).body
    }
  } catch (error) {
    await giveBack(session, priceBase)
    throw withConsequence(error)
  }
  failpoint('after-upstream')
  const charge = { ...toCharge(session, { chargedBase, units: 1n, status }), heldBase: priceBase }
  const charged = await commitCharge(charge).catch((error: unknown) => {
    if (body instanceof ReadableStream) void body.cancel().catch(() => undefined)
    throw error
  })
  return paidAnswer({ receipt: toReceipt(session, charged, chargedBase) }, { status, headers, body })
}

function toBase({ terms }: ChannelRequest, micros: bigint): bigint {
  return Amount.microsToBase(micros, Chain.findAsset(terms.network, terms.asset)?.decimals ?? 6)
}

/** Ends a hold without a charge. What cannot be written now is put right later, and never in the agent's disfavour. */
export async function giveBack(session: ChannelRequest, heldBase: bigint): Promise<void> {
  await commitCharge({ ...toCharge(session, { chargedBase: 0n, units: 0n }), heldBase, failed: true }).catch(
    (error: unknown) => log().warn({ err: error, channelId: session.known.id }, 'a hold could not be given back yet'),
  )
}

export function toCharge(
  { sale, known, terms, voucher }: ChannelRequest,
  { chargedBase, units, status }: { chargedBase: bigint; units: bigint; status?: number },
): Charge {
  return {
    channelId: known.id,
    merchantId: known.merchantId,
    resourceId: sale.resource.id,
    network: terms.network,
    asset: terms.asset,
    requestId: sale.ctx.requestId,
    heldBase: chargedBase,
    chargedBase,
    units,
    voucher,
    upstreamStatus: status,
    failed: false,
  }
}

/** What is said of a channel that was never charged. */
export const untouched: ChargedChannel = {
  acceptedBase: 0n,
  spentBase: 0n,
  units: 0n,
  depositBase: 0n,
  settledBase: 0n,
}

/** Headers of the receipt for what this request alone was charged, with the channel as it stands after it. */
export function toReceipt(session: ChannelRequest, charged: ChargedChannel, chargedBase: bigint) {
  return session.by.receipt(receiptOf(session, charged, chargedBase))
}

export function receiptOf(
  { sale, known, terms, txHash }: Pick<ChannelRequest, 'sale' | 'known' | 'terms' | 'txHash'>,
  { acceptedBase, spentBase, units, depositBase, settledBase }: ChargedChannel,
  chargedBase: bigint,
): ChannelProtocol.ChannelReceipt {
  return {
    channelId: known.id,
    challengeId: terms.challengeId,
    network: known.network,
    payer: known.payer,
    acceptedBase,
    spentBase,
    depositBase,
    settledBase,
    units,
    chargedBase,
    atMs: sale.ctx.now(),
    ...(txHash && { txHash }),
  }
}

export function withConsequence(error: unknown): AppError {
  const { code, message, extra, headers, fields, cause } = toAppError(error)
  return new AppError(code, `${message} You were not charged.`, { extra, headers, fields, cause: cause ?? error })
}
