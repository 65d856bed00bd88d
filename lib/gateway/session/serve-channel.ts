import { env } from '../../env'
import type { Reserve } from '@/lib/chains'
import { findKnown, verifyVoucher, type Known, type Protocol } from '@/lib/channels'
import { AppError } from '@/lib/errors'
import { sessions } from '@/lib/protocols'
import { closeChannel, findTaken, openChannel, topUpChannel } from '@/lib/settlement'
import type { Answer } from '../Answer'
import { assertExecutable } from '../execution/assert-executable'
import { isQuotedFor } from '../price-sale'
import type { Sale } from '../Sale'
import { toAmounts, type Session } from './Session'
import { acceptOnly } from './accept-only'
import { assertDeposit } from './assert-deposit'
import { serveExecution } from './serve-execution'
import { serveMetered } from './serve-metered'
import { serveUnit } from './serve-unit'
import { receiptResponse } from './receipt-response'

type Of<Action extends Protocol.Credential['action']> = Extract<Protocol.Credential, { action: Action }>

/**
 * Serves a request that carries a channel credential. `open` and `voucher` pay for the request that they come with, or,
 * where it asks for no content, only raise the credit; `topUp` and `close` are management and never reach an upstream.
 * @throws AppError for every refusal; those with status 402 are answered with a fresh challenge.
 */
export async function serveChannel(asked: Sale, credential: Protocol.Credential): Promise<Answer> {
  const nowMs = await judgedAtMs(credential, asked.ctx.now())
  const terms = sessions.terms(credential, nowMs)
  if (terms.quote.resourceId !== asked.resource.id)
    throw new AppError('invalid-challenge', 'The credential answers a challenge of another resource.')
  const sale: Sale = { ...asked, quote: terms.quote }
  switch (credential.action) {
    case 'open':
      return open(sale, credential, terms, nowMs)
    case 'topUp':
      return topUp(sale, credential, terms, nowMs)
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
async function judgedAtMs(credential: Protocol.Credential, nowMs: number): Promise<number> {
  if (credential.action !== 'open' && credential.action !== 'topUp') return nowMs
  const expiresAtMs = await findTaken(credential.transaction)
  return expiresAtMs === undefined ? nowMs : Math.min(nowMs, expiresAtMs - leftMs)
}

async function pay(sale: Sale, credential: Of<'voucher'>, terms: Protocol.Terms): Promise<Answer> {
  const known = await findOwn(sale, credential, terms)
  const signature = verifyVoucher(known, credential)
  return serve({
    sale,
    known,
    terms,
    voucher: { cumulativeBase: credential.cumulativeBase, signature },
    amounts: await toAmounts(sale, terms),
  })
}

async function open(sale: Sale, credential: Of<'open'>, terms: Protocol.Terms, nowMs: number): Promise<Answer> {
  const opening = sessions.opening(credential, terms, nowMs)
  const amounts = await toAmounts(sale, terms)
  assertDeposit(opening, terms, amounts)
  if (wantsContent(sale)) await assertExecutable(sale, opening.descriptor.payer.toLowerCase())
  const { network, escrow, asset, payee, operator } = terms
  const { merchantId, id: resourceId } = sale.resource
  const opened = await openChannel(
    sale.ctx,
    { merchantId, resourceId, wire: credential.wire, network, escrow, asset, payee, operator, opening },
    env.SETTLE_DEADLINE_MS,
  )
  if (opened.kind === 'failed')
    throw new AppError('verification-failed', `The channel was not opened: ${opened.reason}`)
  if (opened.kind === 'unknown') throw pending(opened.hash)
  const known = await findOwn(sale, credential, terms)
  const session = {
    sale,
    known,
    terms,
    voucher: { cumulativeBase: opening.cumulativeBase, signature: Buffer.from(opening.signature.slice(2), 'hex') },
    amounts,
    txHash: opened.txHash,
  }
  return serve(opening.cumulativeBase === 0n ? { ...session, voucher: undefined } : session)
}

async function topUp(sale: Sale, credential: Of<'topUp'>, terms: Protocol.Terms, nowMs: number): Promise<Answer> {
  const { id: channelId } = await findOwn(sale, credential, terms)
  const transaction = sessions.topUp(credential, terms, nowMs)
  const { addedBase } = credential
  const done = await topUpChannel(sale.ctx, { channelId, addedBase, transaction }, env.SETTLE_DEADLINE_MS)
  if (done.kind === 'failed') throw new AppError('verification-failed', `The top-up did not happen: ${done.reason}`)
  if (done.kind === 'unknown') throw pending(done.hash)
  return receiptResponse(terms, done.channel, done.txHash)
}

/** The payer agrees to end it: what was spent is paid, the rest goes back. Its last voucher may be higher than any before. */
async function close(sale: Sale, credential: Of<'close'>, terms: Protocol.Terms): Promise<Answer> {
  const known = await findOwn(sale, credential, terms)
  const voucher = { cumulativeBase: credential.cumulativeBase, signature: verifyVoucher(known, credential) }
  const done = await closeChannel(sale.ctx, { channelId: known.id, voucher, trigger: 'agent' }, env.SETTLE_DEADLINE_MS)
  if (done.kind === 'failed') throw new AppError('verification-failed', `The channel was not closed: ${done.reason}`)
  if (done.kind === 'unknown') throw pending(done.hash)
  return receiptResponse(terms, done.channel, done.txHash)
}

function serve(session: Session): Promise<Answer> {
  const { sale } = session
  if (!wantsContent(sale)) return acceptOnly(session)
  // What was quoted for one body does not buy the answer to another.
  if (session.terms.bodyDigest !== sale.ask.bodyDigest || !isQuotedFor(session.terms.quote, sale.ask))
    throw new AppError('invalid-challenge', 'The challenge was made for another request (query or body).')
  if (sale.resource.execution) return serveExecution(session)
  return sale.resource.meter === 'request' ? serveUnit(session) : serveMetered(session)
}

/**
 * HEAD, and POST without a query and a body, only bring a voucher (as mppx's clients send them in the middle of a stream). An
 * action has no such stream, and may need neither.
 */
function wantsContent({ request, resource, ask, body }: Sale): boolean {
  if (request.method === 'HEAD' || request.method !== ask.method) return false
  if (resource.execution) return true
  return request.method !== 'POST' || ask.query !== '' || body.kind !== 'none'
}

/** The channel that a credential names, which must be this merchant's and what the challenge asked for. */
async function findOwn(sale: Sale, credential: Protocol.Credential, terms: Protocol.Terms): Promise<Known> {
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
  for (const [name, value] of Object.entries(known.descriptor) as [keyof Reserve.Descriptor, string][])
    if (credential.descriptor[name] !== value)
      throw new AppError('verification-failed', `payload.descriptor.${name} is not the channel's.`)
  return known
}

/** 503, never a fresh 402: a conforming client would sign another transaction. */
function pending(hash: string | undefined): AppError {
  return new AppError(
    'channel-pending',
    'The transaction was sent and its outcome is not known yet. Send the same request with the same credential again.',
    { headers: { 'Retry-After': '2' }, extra: hash === undefined ? {} : { transaction: hash } },
  )
}
