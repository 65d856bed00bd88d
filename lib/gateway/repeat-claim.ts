import { isDeepStrictEqual } from 'node:util'
import { env } from '../env'
import { spellOut } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import { findProgress } from '@/lib/intents'
import { expirePayment, findClaim, resumePayment, type EarlierClaim, type Protocol } from '@/lib/payments'
import type { GatewayAnswer } from './GatewayAnswer'
import { paidAnswer } from './respond'
import type { PricedRequest } from './PricedRequest'
import { releaseOnFailure } from './release-on-failure'
import { answerSettled } from './answer-settled'
import { settlementFailed, settlementPending } from './await-settlement'
import { answerExecution } from './execution/answer-execution'

const pollFirstMs = 25
const pollMaxMs = 250
const waitMaxMs = 30_000

/**
 * Answers a credential that was used before. The same request gets the stored result, or the current state of its action.
 * A repeat never causes a second upstream call, transfer or action. A different request is refused.
 * @throws AppError credential-used, payment-in-progress, settlement-pending, payment-voided, payment-refunded,
 *   settlement-failed, answer-gone
 */
export async function repeatClaim(
  pricedRequest: PricedRequest,
  credential: Protocol.Credential,
  fingerprint: Buffer,
  first: EarlierClaim,
): Promise<GatewayAnswer> {
  if (!first.fingerprint.equals(fingerprint) || !isSame(credential, first))
    throw new AppError('credential-used', 'This credential was already used for another request.')
  const claim = await settledClaim(pricedRequest, first)
  const { payment, answer } = claim
  const { id, receipt, txHash } = payment
  if (receipt) {
    const paid = { id, payer: payment.payer, receipt }
    if (payment.status === 'delivered' && answer) return paidAnswer(paid, answer)
    if (payment.status === 'delivered') {
      const progress = await findProgress({ paymentId: id })
      if (progress) return answerExecution(pricedRequest, paid, progress.intentId)
      throw new AppError('answer-gone', 'The answer was delivered and is no longer kept.', {
        headers: Object.fromEntries(receipt),
        extra: { transaction: txHash },
      })
    }
    const resumed = payment.status === 'authorized' ? await resumePayment(payment.id) : undefined
    if (resumed) return releaseOnFailure(id, answerSettled(pricedRequest, paid))
  }
  throw refusalOf(claim)
}

function refusalOf({ payment }: EarlierClaim): AppError {
  const { status, settlement, reason } = payment
  if (status === 'refund_due' || status === 'refunded')
    return new AppError(
      'payment-refunded',
      `${reason ?? 'Its seller gave the money back.'} The payment is refunded, or will be.`,
    )
  if (status === 'voided' && settlement === 'failed') return settlementFailed(reason ?? 'The transfer did not happen.')
  if (status === 'voided')
    return new AppError('payment-voided', `${reason ?? 'The payment was voided.'} You were not charged.`)
  return new AppError('payment-in-progress', 'Another request with this credential is still running.', {
    headers: { 'Retry-After': '2' },
  })
}

/**
 * Returns the claim after its first request has finished and its settlement is known, or as it is when the wait ends. The
 * claim of a dead process is resolved at once.
 * @throws AppError settlement-pending
 */
async function settledClaim(pricedRequest: PricedRequest, first: EarlierClaim): Promise<EarlierClaim> {
  const claim = await unserved(pricedRequest, first)
  const { id, status, settlement } = claim.payment
  if (status !== 'authorized' || claim.served) return claim
  if (settlement === 'pending') throw settlementPending(claim.attemptHash ?? undefined)
  if (settlement === 'settled' && !claim.upstreamStarted) return claim
  await expirePayment(pricedRequest.ctx, id)
  return (await findClaim(claim.payment.claimKey)) ?? claim
}

const watched = new Map<string, Promise<EarlierClaim>>()

/** Waits while the claim is served or settled. All repeats of one credential share one poll of its row. */
function unserved(pricedRequest: PricedRequest, claim: EarlierClaim): Promise<EarlierClaim> {
  if (!isOpen(claim)) return Promise.resolve(claim)
  const { id } = claim.payment
  const known = watched.get(id)
  if (known) return known
  const waitMs = Math.min(waitMaxMs, pricedRequest.resource.timeoutMs + env.SETTLE_DEADLINE_MS)
  const watch = poll(claim, Date.now() + waitMs).finally(() => watched.delete(id))
  watched.set(id, watch)
  return watch
}

async function poll(claim: EarlierClaim, untilMs: number): Promise<EarlierClaim> {
  for (let delayMs = pollFirstMs; isOpen(claim) && Date.now() < untilMs; delayMs = Math.min(delayMs * 2, pollMaxMs)) {
    await new Promise((resolve) => setTimeout(resolve, delayMs))
    claim = (await findClaim(claim.payment.claimKey)) ?? claim
  }
  return claim
}

function isOpen({ served, payment }: EarlierClaim): boolean {
  return served || (payment.status === 'authorized' && payment.settlement === 'pending')
}

/**
 * True if the signature is the same. A different signature over the same terms is a different credential, even if valid;
 * a different encoding of the same signature is not.
 */
function isSame(credential: Protocol.Credential, { payment }: EarlierClaim): boolean {
  return isDeepStrictEqual(normaliseSignatures(credential.decoded), normaliseSignatures(payment.credential))
}

function normaliseSignatures(decoded: unknown): unknown {
  return JSON.parse(JSON.stringify(decoded), (name, value: unknown) =>
    name === 'signature' && typeof value === 'string' ? (spellOut(value as `0x${string}`) ?? value) : value,
  )
}
