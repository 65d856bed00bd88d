import { env } from '../../env'
import {
  findChannel,
  findKnown,
  verifyVoucher,
  type Channel,
  type ChannelIdentity,
  type ChannelProtocol,
} from '@/lib/channels'
import { AppError, toAppError } from '@/lib/errors'
import { assertAdmitted } from '@/lib/payers'
import { channelsBy } from '@/lib/protocols'
import { closeChannel, findDeposited, findTaken, openChannel, topUpChannel } from '@/lib/settlement'
import type { GatewayAnswer } from '../GatewayAnswer'
import { assertExecutable } from '../execution/assert-executable'
import { findQuote } from '../find-quote'
import { isQuotedFor } from '../price-sale'
import type { PaidRequest } from '../PaidRequest'
import { toAmounts, type ChannelRequest } from './ChannelRequest'
import { acceptOnly } from './accept-only'
import { assertDeposit } from './assert-deposit'
import { serveExecution } from './serve-execution'
import { serveMetered } from './serve-metered'
import { receiptOf, serveUnit, toReceipt, untouched } from './serve-unit'
import { fund } from './fund'
import { NeedsSnapshot } from './needs-snapshot'
import { pending } from './pending'
import { receiptResponse } from './receipt-response'

type Of<Action extends ChannelProtocol.ChannelCredential['action']> = Extract<
  ChannelProtocol.ChannelCredential,
  { action: Action }
>

/**
 * Serves a request that carries a channel credential. `open`, `deposit` and `voucher` pay for the request that they come with,
 * or, where it asks for no content, only raise the credit; `topUp` and `close` are management and never reach an upstream.
 * @throws AppError for every refusal; those with status 402 are answered with a fresh challenge.
 */
export async function serveChannel(
  asked: PaidRequest,
  credential: ChannelProtocol.ChannelCredential,
): Promise<GatewayAnswer> {
  const nowMs = await judgedAtMs(credential, asked.ctx.now())
  const quote = await findQuote(asked.resource, credential.quoteToken)
  const terms = channelsBy(credential.protocol).terms(credential, quote, nowMs)
  const sale: PaidRequest = { ...asked, quote: terms.quote }
  switch (credential.action) {
    case 'open':
      return open(sale, credential, terms, nowMs)
    case 'topUp':
      return topUp(sale, credential, terms, nowMs)
    case 'deposit':
      return deposit(sale, credential, terms, nowMs)
    case 'voucher':
      return pay(sale, credential, terms)
    case 'close':
      return close(sale, credential, terms)
  }
}

/** A transaction has to be valid this long when it is taken. */
const leftMs = 3_000

/**
 * The moment at which a credential's times are looked at: now, or, for one whose transaction was taken before, while that was
 * still valid. It was told to come again, and a fresh 402 would make it sign, and lock up, a second deposit.
 */
async function judgedAtMs(credential: ChannelProtocol.ChannelCredential, nowMs: number): Promise<number> {
  if (credential.action === 'deposit') {
    const takenAtMs = await findDeposited(credential.hash)
    return takenAtMs === undefined ? nowMs : Math.min(nowMs, takenAtMs)
  }
  if (credential.action !== 'open' && credential.action !== 'topUp') return nowMs
  const expiresAtMs = await findTaken(credential.transaction)
  return expiresAtMs === undefined ? nowMs : Math.min(nowMs, expiresAtMs - leftMs)
}

async function pay(
  sale: PaidRequest,
  credential: Of<'voucher'>,
  terms: ChannelProtocol.ChannelTerms,
): Promise<GatewayAnswer> {
  const known = await findOwn(sale, credential, terms)
  const signature = verifyVoucher(known, credential)
  await assertAdmitted(sale.resource, known.payer)
  return serve({
    sale,
    by: channelsBy(credential.protocol),
    known,
    terms,
    voucher: { cumulativeBase: credential.cumulativeBase, signature },
    amounts: await toAmounts(sale, terms),
  })
}

async function open(
  sale: PaidRequest,
  credential: Of<'open'>,
  terms: ChannelProtocol.ChannelTerms,
  nowMs: number,
): Promise<GatewayAnswer> {
  const by = channelsBy(credential.protocol)
  const opening = by.opening(credential, terms, nowMs)
  await assertAdmitted(sale.resource, opening.descriptor.payer.toLowerCase())
  const amounts = await toAmounts(sale, terms)
  assertDeposit(opening, terms, amounts)
  if (wantsContent(sale, by)) await assertExecutable(sale, opening.descriptor.payer.toLowerCase())
  const { network, escrow, asset, payee, operator } = terms
  const { merchantId, id: resourceId } = sale.resource
  const opened = await openChannel(
    sale.ctx,
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
  if (opened.kind === 'unknown') throw pending(opened.hash)
  const known = await findOwn(sale, credential, terms)
  const session = {
    sale,
    by,
    known,
    terms,
    voucher: { cumulativeBase: opening.cumulativeBase, signature: Buffer.from(opening.signature.slice(2), 'hex') },
    amounts,
    txHash: opened.txHash,
  }
  return serve(opening.cumulativeBase === 0n ? { ...session, voucher: undefined } : session)
}

/** Fills a channel, new or not, and goes on as with a voucher. What then fails says that the deposit was taken. */
async function deposit(
  sale: PaidRequest,
  credential: Of<'deposit'>,
  terms: ChannelProtocol.ChannelTerms,
  nowMs: number,
): Promise<GatewayAnswer> {
  const by = channelsBy(credential.protocol)
  const opening = by.opening(credential, terms, nowMs)
  await assertAdmitted(sale.resource, opening.descriptor.payer.toLowerCase())
  const amounts = await toAmounts(sale, terms)
  if (wantsContent(sale, by)) await assertExecutable(sale, opening.descriptor.payer)
  const txHash = await fund(sale, { credential, opening, terms, amounts })
  const known = await findOwn(sale, credential, terms)
  const { cumulativeBase } = opening
  const voucher = { cumulativeBase, signature: verifyVoucher(known, credential) }
  const session = { sale, by, known, terms, voucher, amounts, txHash }
  return serve(session).catch(async (error: unknown) => {
    const refusal = toAppError(error)
    if (refusal.status === 402) throw refusal
    const channel = (await findChannel(known.id)) ?? untouched
    throw withReceipt(refusal, toReceipt(session, channel, 0n))
  })
}

async function topUp(
  sale: PaidRequest,
  credential: Of<'topUp'>,
  terms: ChannelProtocol.ChannelTerms,
  nowMs: number,
): Promise<GatewayAnswer> {
  const by = channelsBy(credential.protocol)
  const known = await findOwn(sale, credential, terms)
  const { id: channelId } = known
  const transaction = by.topUp(credential, terms, nowMs)
  await assertAdmitted(sale.resource, known.payer)
  const { addedBase } = credential
  const done = await topUpChannel(sale.ctx, { channelId, addedBase, transaction }, env.SETTLE_DEADLINE_MS)
  if (done.kind === 'failed') throw new AppError('verification-failed', `The top-up did not happen: ${done.reason}`)
  if (done.kind === 'unknown') throw pending(done.hash)
  return receiptResponse(by.receipt(receiptOf({ sale, known, terms, txHash: done.txHash }, done.channel, 0n)))
}

/**
 * The payer agrees to end it, or wants a part back: what was spent is paid, the rest or that part goes back. Its last voucher may be
 * higher than any before.
 */
async function close(
  sale: PaidRequest,
  credential: Of<'close'>,
  terms: ChannelProtocol.ChannelTerms,
): Promise<GatewayAnswer> {
  const known = await findOwn(sale, credential, terms)
  const voucher = { cumulativeBase: credential.cumulativeBase, signature: verifyVoucher(known, credential) }
  const before = await findChannel(known.id)
  if (credential.protocol === 'x402' && before) assertAgreed(before, voucher.cumulativeBase)
  const { refundBase } = credential
  const done = await closeChannel(
    sale.ctx,
    { channelId: known.id, voucher, trigger: 'agent', refundBase },
    env.SETTLE_DEADLINE_MS,
  )
  if (done.kind === 'failed') throw new AppError('verification-failed', `The channel was not closed: ${done.reason}`)
  if (done.kind === 'unknown') throw pending(done.hash)
  const { channel, txHash } = done
  const receipt = receiptOf({ sale, known, terms, txHash }, channel, 0n)
  const refundedBase = channel.refundedBase ?? (before?.depositBase ?? 0n) - channel.depositBase
  // A closed row keeps what was deposited last; the contract has what was paid out.
  const depositBase = channel.status === 'closed' ? channel.settledBase : channel.depositBase
  return receiptResponse(channelsBy(credential.protocol).receipt({ ...receipt, depositBase, refundedBase }))
}

/** A refund of x402 says what the payer takes for spent: when that is less than it was, it is told, and asks again. */
function assertAgreed(channel: Channel.Channel, cumulativeBase: bigint): void {
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
  const { sale } = session
  if (!wantsContent(sale, session.by)) return acceptOnly(session)
  // What was quoted for one body does not buy the answer to another.
  const { bodyDigest, quote } = session.terms
  const isBound = bodyDigest === 'any' || bodyDigest === sale.ask.bodyDigest
  if (!isBound || !isQuotedFor(quote, sale.ask))
    throw new AppError('invalid-challenge', 'The challenge was made for another request (query or body).')
  if (sale.resource.execution) return serveExecution(session)
  return sale.resource.meter === 'request' ? serveUnit(session) : serveMetered(session)
}

/**
 * HEAD, and POST without a query and a body, only bring a voucher where the protocol says so. An action has no stream to send
 * them in the middle of, and may need neither.
 */
function wantsContent({ request, resource, ask, body }: PaidRequest, by: ChannelProtocol.ChannelProtocol): boolean {
  if (request.method === 'HEAD' || request.method !== ask.method) return false
  if (resource.execution || !by.managesByRequest) return true
  return request.method !== 'POST' || ask.query !== '' || body.kind !== 'none'
}

/** The channel that a credential names, which must be this merchant's and what the challenge asked for. */
async function findOwn(
  sale: PaidRequest,
  credential: ChannelProtocol.ChannelCredential,
  terms: ChannelProtocol.ChannelTerms,
): Promise<ChannelIdentity> {
  const known = await findKnown(credential.channelId)
  if (!known || known.merchantId !== sale.resource.merchantId)
    throw new AppError('session-channel-not-found', 'This channel is not known here.', {
      extra: { channelId: credential.channelId },
    })
  const isMeant =
    known.network === terms.network &&
    known.escrow === terms.escrow &&
    known.asset === terms.asset &&
    known.payee === terms.payee
  if (!isMeant)
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

function withReceipt(error: AppError, receipt: ChannelProtocol.HeaderPairs): AppError {
  const { code, message, extra, headers, fields, cause } = error
  return new AppError(code, message, { extra, headers: { ...headers, ...Object.fromEntries(receipt) }, fields, cause })
}
