import { env } from '../../env'
import {
  findChannel,
  findChannelIdentity,
  verifyVoucher,
  type Channel,
  type ChannelIdentity,
  type ChannelProtocol,
} from '@/lib/channels'
import { AppError, toAppError } from '@/lib/errors'
import { assertAdmitted } from '@/lib/payers'
import { channelsBy } from '@/lib/protocols'
import { closeChannel, findDeposited, findEarlierExpiry, openChannel, topUpChannel } from '@/lib/settlement'
import { assertOnSale } from '../assert-on-sale'
import type { GatewayAnswer } from '../GatewayAnswer'
import { assertExecutable } from '../execution/assert-executable'
import { findQuote } from '../find-quote'
import { isQuotedFor } from '../price-request'
import type { PricedRequest } from '../PricedRequest'
import { toAmounts, type ChannelRequest } from './ChannelRequest'
import { acceptOnly } from './accept-only'
import { assertBudget } from './assert-budget'
import { assertDeposit } from './assert-deposit'
import { serveExecution } from './serve-execution'
import { serveMetered } from './serve-metered'
import { toReceipt, toReceiptHeaders, untouched } from './receipt'
import { serveUnit } from './serve-unit'
import { fund } from './fund'
import { NeedsSnapshot } from './needs-snapshot'
import { channelPending } from './channel-pending'
import { receiptResponse } from './receipt-response'

type Of<Action extends ChannelProtocol.ChannelCredential['action']> = Extract<
  ChannelProtocol.ChannelCredential,
  { action: Action }
>

/**
 * Serves a request with a channel credential. `open`, `deposit` and `voucher` pay for their request, or only raise the
 * credit if it asks for no content. `topUp` and `close` are management and never reach an upstream.
 * @throws AppError for every refusal; those with status 402 are answered with a fresh challenge.
 */
export async function serveChannel(
  unpriced: PricedRequest,
  credential: ChannelProtocol.ChannelCredential,
): Promise<GatewayAnswer> {
  const takenAtMs = await findTakenAt(credential)
  const isFunding = credential.action !== 'voucher' && credential.action !== 'close'
  if (isFunding && takenAtMs === undefined) assertOnSale(unpriced.resource)
  const nowMs = Math.min(unpriced.ctx.now(), takenAtMs ?? Infinity)
  const quote = await findQuote(unpriced.resource, credential.quoteToken)
  const terms = channelsBy(credential.protocol).terms(credential, quote, nowMs)
  const pricedRequest: PricedRequest = { ...unpriced, quote: terms.quote }
  switch (credential.action) {
    case 'open':
      return open(pricedRequest, credential, terms, nowMs)
    case 'topUp':
      return topUp(pricedRequest, credential, terms, nowMs)
    case 'deposit':
      return deposit(pricedRequest, credential, terms, nowMs)
    case 'voucher':
      return pay(pricedRequest, credential, terms)
    case 'close':
      return close(pricedRequest, credential, terms)
  }
}

/** A transaction must be valid for at least this long when it is accepted. */
const leftMs = 3_000

/**
 * A time at which a credential's transaction was still valid, if it was accepted before; else undefined. Expiry is checked at
 * that time: the agent was asked to send it again; a fresh 402 would make it sign, and lock up, a second deposit.
 */
async function findTakenAt(credential: ChannelProtocol.ChannelCredential): Promise<number | undefined> {
  if (credential.action === 'deposit') return findDeposited(credential.hash)
  if (credential.action !== 'open' && credential.action !== 'topUp') return undefined
  const expiresAtMs = await findEarlierExpiry(credential.transaction)
  return expiresAtMs === undefined ? undefined : expiresAtMs - leftMs
}

async function pay(
  pricedRequest: PricedRequest,
  credential: Of<'voucher'>,
  terms: ChannelProtocol.ChannelTerms,
): Promise<GatewayAnswer> {
  const known = await findOwnChannel(pricedRequest, credential, terms)
  const signature = verifyVoucher(known, credential)
  await assertAdmitted(pricedRequest.resource, known.payer)
  return serve({
    pricedRequest,
    by: channelsBy(credential.protocol),
    known,
    terms,
    voucher: { cumulativeBase: credential.cumulativeBase, signature },
    amounts: await toAmounts(pricedRequest, terms),
  })
}

async function open(
  pricedRequest: PricedRequest,
  credential: Of<'open'>,
  terms: ChannelProtocol.ChannelTerms,
  nowMs: number,
): Promise<GatewayAnswer> {
  const by = channelsBy(credential.protocol)
  const opening = by.opening(credential, terms, nowMs)
  const payer = opening.descriptor.payer.toLowerCase()
  await assertAdmitted(pricedRequest.resource, payer)
  await assertBudget({ pricedRequest, terms }, payer)
  const amounts = await toAmounts(pricedRequest, terms)
  assertDeposit(opening, terms, amounts)
  if (wantsContent(pricedRequest, by)) await assertExecutable(pricedRequest, payer)
  const { network, escrow, asset, payee, operator } = terms
  const { merchantId, id: resourceId } = pricedRequest.resource
  const opened = await openChannel(
    pricedRequest.ctx,
    {
      merchantId,
      resourceId,
      protocol: credential.protocol,
      wire: credential.wire,
      network,
      escrow,
      asset,
      payee,
      operator,
      opening,
    },
    env.SETTLE_DEADLINE_MS,
  )
  if (opened.kind === 'failed')
    throw new AppError('verification-failed', `The channel was not opened: ${opened.reason}`)
  if (opened.kind === 'unknown') throw channelPending(opened.hash)
  const known = await findOwnChannel(pricedRequest, credential, terms)
  const session = {
    pricedRequest,
    by,
    known,
    terms,
    voucher: { cumulativeBase: opening.cumulativeBase, signature: Buffer.from(opening.signature.slice(2), 'hex') },
    amounts,
    txHash: opened.txHash,
  }
  return serve(opening.cumulativeBase === 0n ? { ...session, voucher: undefined } : session)
}

/**
 * Funds a new or existing channel, then continues as with a voucher. A later failure carries a receipt, which shows that
 * the deposit was taken.
 */
async function deposit(
  pricedRequest: PricedRequest,
  credential: Of<'deposit'>,
  terms: ChannelProtocol.ChannelTerms,
  nowMs: number,
): Promise<GatewayAnswer> {
  const by = channelsBy(credential.protocol)
  const opening = by.opening(credential, terms, nowMs)
  await assertAdmitted(pricedRequest.resource, opening.descriptor.payer.toLowerCase())
  await assertBudget({ pricedRequest, terms }, opening.descriptor.payer.toLowerCase())
  const amounts = await toAmounts(pricedRequest, terms)
  if (wantsContent(pricedRequest, by)) await assertExecutable(pricedRequest, opening.descriptor.payer)
  const txHash = await fund(pricedRequest, { credential, opening, terms, amounts })
  const known = await findOwnChannel(pricedRequest, credential, terms)
  const { cumulativeBase } = opening
  const voucher = { cumulativeBase, signature: verifyVoucher(known, credential) }
  const session = { pricedRequest, by, known, terms, voucher, amounts, txHash }
  return serve(session).catch(async (error: unknown) => {
    const refusal = toAppError(error)
    if (refusal.status === 402) throw refusal
    const channel = (await findChannel(known.id)) ?? untouched
    throw refusal.with({ headers: Object.fromEntries(toReceiptHeaders(session, channel, 0n)) })
  })
}

async function topUp(
  pricedRequest: PricedRequest,
  credential: Of<'topUp'>,
  terms: ChannelProtocol.ChannelTerms,
  nowMs: number,
): Promise<GatewayAnswer> {
  const by = channelsBy(credential.protocol)
  const known = await findOwnChannel(pricedRequest, credential, terms)
  const { id: channelId } = known
  const transaction = by.topUp(credential, terms, nowMs)
  await assertAdmitted(pricedRequest.resource, known.payer)
  const { addedBase } = credential
  const done = await topUpChannel(pricedRequest.ctx, { channelId, addedBase, transaction }, env.SETTLE_DEADLINE_MS)
  if (done.kind === 'failed') throw new AppError('verification-failed', `The top-up did not happen: ${done.reason}`)
  if (done.kind === 'unknown') throw channelPending(done.hash)
  return receiptResponse(by.receipt(toReceipt({ pricedRequest, known, terms, txHash: done.txHash }, done.channel, 0n)))
}

/**
 * Closes a channel for its payer, or refunds a part: pays the merchant what was spent and returns the rest or that part.
 * The last voucher may be higher than any before.
 */
async function close(
  pricedRequest: PricedRequest,
  credential: Of<'close'>,
  terms: ChannelProtocol.ChannelTerms,
): Promise<GatewayAnswer> {
  const known = await findOwnChannel(pricedRequest, credential, terms)
  const voucher = { cumulativeBase: credential.cumulativeBase, signature: verifyVoucher(known, credential) }
  const before = await findChannel(known.id)
  if (credential.protocol === 'x402' && before) assertRefundable(before, voucher.cumulativeBase)
  const { refundBase } = credential
  const done = await closeChannel(
    pricedRequest.ctx,
    { channelId: known.id, voucher, trigger: 'agent', refundBase },
    env.SETTLE_DEADLINE_MS,
  )
  if (done.kind === 'failed') throw new AppError('verification-failed', `The channel was not closed: ${done.reason}`)
  if (done.kind === 'unknown') throw channelPending(done.hash)
  const { channel, txHash } = done
  const receipt = toReceipt({ pricedRequest, known, terms, txHash }, channel, 0n)
  const refundedBase = channel.refundedBase ?? (before?.depositBase ?? 0n) - channel.depositBase
  // The row of a closed channel keeps the last deposit; the contract paid out the settled amount.
  const depositBase = channel.status === 'closed' ? channel.settledBase : channel.depositBase
  return receiptResponse(channelsBy(credential.protocol).receipt({ ...receipt, depositBase, refundedBase }))
}

/**
 * Checks that the payer's voucher for an x402 refund covers what was spent. If it is lower, the agent gets the state and
 * asks again.
 * @throws NeedsSnapshot; AppError verification-failed if nothing is left to refund.
 */
function assertRefundable(channel: Channel.Channel, cumulativeBase: bigint): void {
  const { id: channelId, spentBase, acceptedBase, depositBase } = channel
  if (cumulativeBase < spentBase)
    throw new NeedsSnapshot(
      'verification-failed',
      `The voucher is for ${cumulativeBase} base units, and ${spentBase} were charged.`,
      { channelId, acceptedCumulative: acceptedBase.toString() },
      spentBase,
    )
  if (channel.status === 'open' && depositBase <= spentBase)
    throw new AppError('verification-failed', 'Nothing of the deposit is left to give back.', {
      extra: { channelId, deposit: depositBase.toString() },
    })
}

function serve(session: ChannelRequest): Promise<GatewayAnswer> {
  const { pricedRequest } = session
  if (!wantsContent(pricedRequest, session.by)) return acceptOnly(session)
  // A quote for one body does not pay for the answer to another.
  const { bodyDigest, quote } = session.terms
  const isBound = bodyDigest === 'any' || bodyDigest === pricedRequest.agentRequest.bodyDigest
  if (!isBound || !isQuotedFor(quote, pricedRequest.agentRequest))
    throw new AppError('invalid-challenge', 'The challenge was made for another request (query or body).')
  if (pricedRequest.resource.execution) return serveExecution(session)
  assertOnSale(pricedRequest.resource)
  return pricedRequest.resource.meter === 'request' ? serveUnit(session) : serveMetered(session)
}

/**
 * False if the request only delivers a voucher: HEAD, and POST without query and body, where the protocol says so. An
 * action always counts as content, because it has no stream to send vouchers for and may need neither query nor body.
 */
function wantsContent(
  { request, resource, agentRequest, body }: PricedRequest,
  by: ChannelProtocol.ChannelProtocol,
): boolean {
  if (request.method === 'HEAD' || request.method !== agentRequest.method) return false
  if (resource.execution || !by.managesByRequest) return true
  return request.method !== 'POST' || agentRequest.query !== '' || body.kind !== 'none'
}

/**
 * Returns the channel of a credential.
 * @throws AppError session-channel-not-found if it is not this merchant's; verification-failed if it differs from the
 *   challenge or the credential.
 */
async function findOwnChannel(
  pricedRequest: PricedRequest,
  credential: ChannelProtocol.ChannelCredential,
  terms: ChannelProtocol.ChannelTerms,
): Promise<ChannelIdentity> {
  const known = await findChannelIdentity(credential.channelId)
  if (!known || known.merchantId !== pricedRequest.resource.merchantId)
    throw new AppError('session-channel-not-found', 'This channel is not known here.', {
      extra: { channelId: credential.channelId },
    })
  const matchesTerms =
    known.network === terms.network &&
    known.escrow === terms.escrow &&
    known.asset === terms.asset &&
    known.payee === terms.payee
  if (!matchesTerms)
    throw new AppError(
      'verification-failed',
      'The channel pays another recipient, token or contract than the challenge asks.',
    )
  const sent = new Map<string, unknown>(Object.entries(credential.descriptor))
  for (const [name, value] of Object.entries(known.descriptor))
    if (sent.get(name) !== value)
      throw new AppError('verification-failed', `The channel's ${name} is another than the credential says.`)
  return known
}
