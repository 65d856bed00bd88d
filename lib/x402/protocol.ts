import type { Network, SettleResponse } from '@x402/core/types'
import { encodePaymentRequiredHeader, encodePaymentResponseHeader } from '@x402/core/http'
import { Chain } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'
import type { Protocol } from '@/lib/payments'
import { Quote } from '@/lib/pricing'
import { TransferAuthorization } from '@/lib/wire'
import * as Payload from './Payload'
import * as Requirements from './Requirements'

/** Read on every call, so that importing this needs no environment. */
export type Config = {
  /** CHALLENGE_SECRET first, then those that are still honoured. */
  secrets(): readonly [string, ...string[]]
  /** Whether this installation has RPC endpoints for a network. */
  serves(network: Caip2): boolean
}

/** x402 `exact` with EIP-3009, protocol versions 1 and 2. */
export function createProtocol(config: Config): Protocol.Protocol {
  return {
    name: 'x402',
    challenge: (quote, ask, hints) => challenge(config, quote, ask, hints.error),
    parse,
    authorize: async (credential, quote, ask, nowMs) => authorize(config, credential, quote, ask, nowMs),
    receipt,
  }
}

/** Whether a request carries an x402 credential, readable or not. */
export function isPresent(headers: Headers): readonly string[] {
  return [Payload.headerV2, Payload.headerV1].filter((name) => headers.has(name))
}

/** v2 in a header, v1 as members of the body: clients of either find theirs in one 402. */
function challenge(
  config: Config,
  quote: Quote.Quote,
  ask: Protocol.Ask,
  error: string | undefined,
): Protocol.Challenge {
  const offers = Requirements.offers(quote, config.serves)
  if (offers.length === 0) return { headers: [], body: {}, decoded: [] }
  const token = Quote.seal(quote, config.secrets()[0])
  const accepts = offers.map((offer) => Requirements.toV2(offer, token))
  const required = Requirements.toRequired(accepts, ask, error ?? `${Payload.headerV2} header is required`)
  const acceptsV1 = offers.flatMap((offer) => Requirements.toV1(offer, ask) ?? [])
  return {
    headers: [['PAYMENT-REQUIRED', encodePaymentRequiredHeader(required)]],
    body:
      acceptsV1.length > 0
        ? { x402Version: 1, error: error ?? `${Payload.headerV1} header is required`, accepts: acceptsV1 }
        : {},
    decoded: accepts.map((accepted) => ({ x402Version: 2, ...accepted })),
  }
}

function parse(headers: Headers): Protocol.Credential | undefined {
  const payload = Payload.fromHeaders(headers)
  if (!payload) return undefined
  const { authorization } = payload.signed
  const asset = assetOf(payload)
  const token = payload.version === 2 ? payload.accepted.extra.quote : undefined
  return {
    protocol: 'x402',
    wire: `x402 v${payload.version}`,
    claimKey: TransferAuthorization.claimKey(payload.network, asset, authorization),
    network: payload.network,
    asset,
    amountBase: BigInt(authorization.value),
    payTo: authorization.to,
    ...(typeof token === 'string' && { quoteToken: token }),
    decoded: payload.wire,
  }
}

/** v1 names no token: it is the network's own. */
function assetOf(payload: Payload.Payload): string {
  const asset = payload.version === 2 ? payload.accepted.asset : Requirements.tokenOf(payload.network)?.address
  if (!asset) throw new AppError('method-unsupported', 'The network of the payment is not one that is offered here.')
  return asset.toLowerCase()
}

function authorize(
  config: Config,
  credential: Protocol.Credential,
  quote: Quote.Quote,
  ask: Protocol.Ask,
  nowMs: number,
): Protocol.Authorization {
  const payload = Payload.from(credential.decoded, credential.wire === 'x402 v1' ? 1 : 2)
  const offer = Requirements.offers(quote, config.serves).find(({ network }) => network === payload.network)
  if (!offer) throw failed('network', 'is not one that the challenge offers')
  const required = payload.version === 2 ? matchAccepted(config, payload.accepted, offer, quote) : matchV1(offer, ask)
  if (nowMs >= quote.expiresAtMs) throw new AppError('payment-expired', 'The price that was quoted has expired.')
  const { authorization, signature } = payload.signed
  const instrument = TransferAuthorization.verify(authorization, signature, offer, nowMs)
  return {
    scheme: Requirements.scheme,
    payer: instrument.from,
    when: 'after',
    instrument,
    challenge: { x402Version: payload.version, ...required },
  }
}

type Accepted = Extract<Payload.Payload, { version: 2 }>['accepted']

/** Every member must be ours; the client may add members to `extra` only (x402 v2, "Payment matching"). */
function matchAccepted(config: Config, accepted: Accepted, offer: Requirements.Offer, quote: Quote.Quote) {
  const { quote: token } = accepted.extra
  if (typeof token !== 'string' || !config.secrets().some((secret) => token === Quote.seal(quote, secret)))
    throw new AppError(
      'invalid-challenge',
      'The payment answers a quote that this server did not make for this request.',
    )
  const required = Requirements.toV2(offer, token)
  for (const name of ['scheme', 'network', 'amount', 'asset', 'payTo', 'maxTimeoutSeconds'] as const)
    if (accepted[name] !== required[name]) throw failed(`accepted.${name}`, 'is not what the challenge says')
  for (const [name, value] of Object.entries(required.extra))
    if (accepted.extra[name] !== value) throw failed(`accepted.extra.${name}`, 'is not what the challenge says')
  return required
}

function matchV1(offer: Requirements.Offer, ask: Protocol.Ask) {
  const required = Requirements.toV1(offer, ask)
  if (!required) throw failed('network', 'is not one that the challenge offers')
  return required
}

function receipt(settled: Protocol.Settled): readonly (readonly [name: string, value: string])[] {
  const isV1 = settled.wire === 'x402 v1'
  const response: SettleResponse = {
    success: true,
    transaction: settled.txHash,
    // v1 knows networks by name only, and its type is CAIP-2's all the same.
    network: (isV1 ? Chain.get(settled.network).v1Name : settled.network) as Network,
    payer: settled.payer,
    ...(!isV1 && { amount: settled.amountBase.toString() }),
  }
  return [[isV1 ? 'X-PAYMENT-RESPONSE' : 'PAYMENT-RESPONSE', encodePaymentResponseHeader(response)]]
}

function failed(field: string, problem: string): AppError {
  return new AppError('verification-failed', `The payment's ${field} ${problem}.`)
}
