import { isDeepStrictEqual } from 'node:util'
import { encodePaymentResponseHeader } from '@x402/core/http'
import type { Network } from '@x402/core/types'
import type { Address } from 'viem'
import { BatchSettlement } from '@/lib/chains'
import type { ChannelProtocol } from '@/lib/channels'
import { AppError } from '@/lib/errors'
import type { Quote } from '@/lib/pricing'
import { differs } from '../parse'
import * as Payload from './Payload'
import type { X402Config } from '../Scheme'
import { verifyDeposit } from './opening'
import * as Requirements from './Requirements'

/** x402 `batch-settlement`: channels of the escrow on EVM chains, funded by signed deposits and paid by vouchers. */
export function createBatchSettlement(config: X402Config): ChannelProtocol.ChannelProtocol {
  /** The client's echo for each credential; `terms` verifies it. */
  const echoes = new WeakMap<ChannelProtocol.ChannelCredential, Payload.BatchRequirements>()
  return {
    parse(headers) {
      const read = Payload.fromHeaders(headers)
      if (!read) return undefined
      echoes.set(read.credential, read.accepted)
      return read.credential
    },
    terms(credential, quote, nowMs) {
      const accepted = echoes.get(credential)
      if (!accepted) throw new TypeError('this credential was not parsed here')
      return prove(config, credential, accepted, quote, nowMs)
    },
    opening(credential, terms, nowMs) {
      if (credential.action !== 'deposit') throw new TypeError('x402 fills channels by signed deposits')
      return verifyDeposit(credential, terms, nowMs)
    },
    topUp() {
      throw new TypeError('x402 fills channels by signed deposits')
    },
    receipt: (receipt) => [['PAYMENT-RESPONSE', encodePaymentResponseHeader(toResponse(receipt))]],
    needVoucherEvent: noStreams,
    receiptEvent: noStreams,
    managesByRequest: false,
  }
}

/**
 * The terms in an echoed requirement. Its quote must be sealed by one of our secrets; the rest must match the quote.
 */
function prove(
  config: X402Config,
  { network, quoteToken }: ChannelProtocol.ChannelCredential,
  accepted: Payload.BatchRequirements,
  quote: Quote.Quote | undefined,
  nowMs: number,
): ChannelProtocol.ChannelTerms {
  if (!quote || quoteToken === undefined)
    throw new AppError(
      'invalid-challenge',
      'The payment answers a quote of another resource, or one that this server did not make.',
    )
  const offer = Requirements.offers(quote, config).find((candidate) => candidate.network === network)
  if (!offer) throw differs('network', 'is not one that the challenge offers')
  const required = Requirements.toRequired(offer, quoteToken)
  for (const name of ['amount', 'maxTimeoutSeconds'] as const)
    if (accepted[name] !== required[name]) throw differs(`accepted.${name}`, 'is not what the challenge says')
  for (const name of ['asset', 'payTo'] as const)
    if (accepted[name] !== required[name].toLowerCase())
      throw differs(`accepted.${name}`, 'is not what the challenge says')
  for (const [name, value] of Object.entries(required.extra))
    if (!isDeepStrictEqual(accepted.extra[name], value))
      throw differs(`accepted.extra.${name}`, 'is not what the challenge says')
  if (nowMs >= quote.expiresAtMs) throw new AppError('payment-expired', 'The price that was quoted has expired.')
  return {
    quote,
    challengeId: quote.id,
    network,
    escrow: BatchSettlement.address,
    asset: accepted.asset,
    payee: accepted.payTo,
    operator: offer.receiverAuthorizer.toLowerCase() as Address,
    priceBase: offer.amountBase,
    minDeltaBase: 0n,
    bodyDigest: 'any',
    expiresAtMs: quote.expiresAtMs,
  }
}

/** What the official client stores of an answer: the refunded amount for a refund, else the charged amount. */
function toResponse(receipt: ChannelProtocol.ChannelReceipt) {
  const { channelId, network, payer, depositBase, settledBase, spentBase, chargedBase, refundedBase, txHash } = receipt
  const cumulativeBase = spentBase > settledBase ? spentBase : settledBase
  return {
    success: true,
    payer,
    transaction: txHash ?? '',
    network: network as Network,
    amount: refundedBase?.toString() ?? '',
    extra: {
      channelState: Requirements.channelState({ channelId, depositBase, settledBase, chargedBase: cumulativeBase }),
      ...(refundedBase === undefined && { chargedAmount: chargedBase.toString() }),
    },
  }
}

function noStreams(): never {
  throw new TypeError('no stream is sold by x402')
}
