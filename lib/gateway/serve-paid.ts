import { env } from '../env'
import { failpoint } from '../failpoint'
import { Address, Chain, checkInstrument } from '@/lib/chains'
import { AppError, toAppError } from '@/lib/errors'
import { findPrices } from '@/lib/merchants'
import { Amount, Rail } from '@/lib/money'
import { assertAdmitted } from '@/lib/payers'
import {
  acceptPayment,
  findClaim,
  Fingerprint,
  mustSettleFirst,
  reserves,
  settlesFirstHours,
  type Payment,
  type Protocol,
} from '@/lib/payments'
import { Quote } from '@/lib/pricing'
import { byName } from '@/lib/protocols'
import { assertOnSale } from './assert-on-sale'
import { withHeader, type GatewayAnswer } from './GatewayAnswer'
import { releaseOnFailure } from './release-on-failure'
import { answerThenSettle } from './answer-then-settle'
import { settleThenAnswer } from './settle-then-answer'
import { assertExecutable } from './execution/assert-executable'
import { findQuote } from './find-quote'
import { identifyPayer } from './identify-payer'
import { identifierOf, identifierUsed } from './identifier'
import { requestFacts } from './facts-of'
import { isQuotedFor, priceRequest } from './price-request'
import { repeatClaim } from './repeat-claim'
import { settleWhen, type PricedRequest } from './PricedRequest'
import { wasSubmitted } from './was-submitted'

/**
 * Serves a request with a payment credential: verify, claim, then settle and answer in the order that the payment
 * requires. Exactly one request gets the claim; every other one with the same credential is a repeat.
 * @throws AppError for every refusal; those with status 402 are answered with a fresh challenge.
 */
export async function servePaid(unpriced: PricedRequest, credential: Protocol.Credential): Promise<GatewayAnswer> {
  const fingerprint = Fingerprint.from(unpriced.agentRequest, unpriced.resource.id, credential)
  const claim = await findClaim(credential.claimKey, credential.challengeKey)
  if (claim) return repeatClaim(unpriced, credential, fingerprint, claim)

  assertOnSale(unpriced.resource)
  const identifier = identifierOf(unpriced.resource, credential)
  const quote = await quoteOf(unpriced, credential)
  const pricedRequest: PricedRequest = { ...unpriced, quote }
  const authorization = await identifyPayer(
    await byName(credential.protocol).authorize(credential, quote, pricedRequest.agentRequest, pricedRequest.ctx.now()),
    pricedRequest.ctx.now(),
  )
  await assertAdmitted(pricedRequest.resource, authorization.payer)
  const checkedAtMs = pricedRequest.ctx.now()
  const [{ balanceBase, instrument }, settlesFirst] = await Promise.all([
    check(credential, authorization, quote),
    mustSettleFirst(authorization.payer),
  ])
  const when = settleWhen(pricedRequest.resource, authorization, settlesFirst)
  if (when === 'after') assertOutlives(pricedRequest, authorization)
  if (when === 'after' && settlesFirst) throw unsettled(authorization.payer)
  await assertExecutable(pricedRequest, authorization.payer)
  const accepted = await acceptPayment(pricedRequest.ctx, {
    merchantId: pricedRequest.resource.merchantId,
    resourceId: pricedRequest.resource.id,
    credential,
    authorization: { ...authorization, instrument },
    quote,
    identifier,
    when,
    request: toClaimedRequest(pricedRequest.agentRequest),
    facts: requestFacts(pricedRequest),
    fingerprint,
    balanceBase,
    readBalance: async () => (await checkInstrument(credential.network, credential.asset, instrument)).balanceBase,
  })
  if (accepted.kind === 'taken') {
    const first = await findClaim(credential.claimKey, credential.challengeKey)
    if (first) return repeatClaim(pricedRequest, credential, fingerprint, first)
    if (identifier !== undefined) throw identifierUsed()
    throw new AppError('stale-state', 'The claim of this credential could not be read. Send the request again.')
  }
  failpoint('after-claim')
  const { payment, budgetLeftMicros } = accepted
  const answer = await releaseOnFailure(
    payment.id,
    payment.when === 'before'
      ? settleThenAnswer(pricedRequest, payment, checkedAtMs)
      : answerThenSettle(pricedRequest, payment),
  )
  return budgetLeftMicros === null
    ? answer
    : withHeader(answer, 'Sluice-Budget-Left', Amount.toDecimal(budgetLeftMicros, 6))
}

/** `upto` is charged after the answer, so it cannot settle first. */
function unsettled(payer: string): AppError {
  const detail =
    `A payment of the wallet ${payer} failed within the last ${settlesFirstHours} hours, after its work had been done. Until then it pays ` +
    'before the work, and what is charged by what the answer comes to (upto) is not sold to it. You were not charged.'
  return new AppError('payer-denied', detail, { extra: { payer } })
}

/**
 * Checks the instrument on chain, and reads its payer's balance.
 * @throws AppError of the check, unless another party already submitted the authorization (see `wasSubmitted`).
 */
async function check(
  credential: Protocol.Credential,
  authorization: Protocol.Authorization,
  quote: Quote.Quote,
): Promise<{ balanceBase: bigint | undefined; instrument: Protocol.Authorization['instrument'] }> {
  const { instrument } = authorization
  // What moves on no chain reserves nothing of a balance.
  if (Rail.kindOf(credential.network)) return { balanceBase: undefined, instrument }
  try {
    const checked = await checkInstrument(credential.network, credential.asset, instrument)
    return { ...checked, balanceBase: reserves(instrument) ? checked.balanceBase : undefined }
  } catch (error) {
    const isSubmitted = await wasSubmitted(toAppError(error), credential, authorization, quote)
    if (!isSubmitted || instrument.kind !== 'eip3009') throw error
    return { balanceBase: undefined, instrument: { ...instrument, submitted: true } }
  }
}

/**
 * An authorization that expires during the work could not be settled after it.
 * @throws AppError payment-expired
 */
function assertOutlives({ resource, ctx }: PricedRequest, { instrument }: Protocol.Authorization): void {
  const end = endOf(instrument)
  const neededMs = resource.timeoutMs + env.SETTLE_DEADLINE_MS
  if (!end || Number(end.seconds) * 1000 >= ctx.now() + neededMs) return
  const seconds = Math.ceil(neededMs / 1000)
  throw new AppError(
    'payment-expired',
    `${end.member} must be at least ${seconds} seconds ahead, so that the answer can still be settled.`,
  )
}

/** When the instrument expires, in unix seconds, and the payload's name for that member. */
function endOf(instrument: Protocol.Authorization['instrument']): { seconds: string; member: string } | undefined {
  if (instrument.kind === 'eip3009') return { seconds: instrument.validBefore, member: 'authorization.validBefore' }
  if (instrument.kind === 'permit2') return { seconds: instrument.deadline, member: 'permit2Authorization.deadline' }
  return undefined
}

/**
 * Returns the quote in the credential. x402 v1 credentials carry none: then a price that was valid within the last quote
 * lifetime and matches the signed amount.
 * @throws AppError invalid-challenge, verification-failed
 */
async function quoteOf(pricedRequest: PricedRequest, credential: Protocol.Credential): Promise<Quote.Quote> {
  if (credential.quoteToken !== undefined) {
    const quote = await findQuote(pricedRequest.resource, credential.quoteToken)
    if (quote && isQuotedFor(quote, pricedRequest.agentRequest)) return quote
    throw new AppError(
      'invalid-challenge',
      'The payment answers a challenge of another resource or request, or one that is not ours.',
    )
  }
  const nowMs = pricedRequest.ctx.now()
  const asset = Chain.findAsset(credential.network, credential.asset)
  for (const price of await findPrices(pricedRequest.resource.id, nowMs - Quote.lifetimeMs)) {
    const payout = price.payouts.find(({ network }) => network === credential.network)
    if (!asset || !payout || !Address.isSame(credential.network, payout.payTo, credential.payTo)) continue
    // A time window may have started or ended since the 402.
    for (const pricedAtMs of price.pricing ? [nowMs, nowMs - Quote.lifetimeMs] : [nowMs]) {
      const quote = priceRequest(pricedRequest, { ...price, id: pricedRequest.resource.id }, pricedAtMs)
      const isSignedAmount = Amount.microsToBase(quote.priceMicros, asset.decimals) === credential.amountBase
      if (isSignedAmount && !quote.metered) return quote
    }
  }
  throw new AppError('verification-failed', 'The amount or the recipient is not what this resource asks for.', {
    extra: { reason: 'value' },
  })
}

function toClaimedRequest({ method, host, path, query, bodyDigest }: Protocol.AgentRequest): Payment.ClaimedRequest {
  return { method, host, path, query, ...(bodyDigest !== undefined && { bodyDigest }) }
}
