import { isDeepStrictEqual } from 'node:util'
import { encodePaymentRequiredHeader, encodePaymentResponseHeader } from '@x402/core/http'
import type { Network, PaymentRequirements, PaymentRequirementsV1, SettleResponse } from '@x402/core/types'
import { Chain } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import type { Protocol } from '@/lib/payments'
import { Quote } from '@/lib/pricing'
import * as Payload from './Payload'
import * as Requirements from './Requirements'
import type { Config, Offer } from './Scheme'

/** x402, protocol versions 1 and 2, with every scheme of `schemes/`. */
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
  const offers = Requirements.offers(quote, ask, config)
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
  const { network, asset, signed } = payload
  const token = payload.version === 2 ? payload.accepted.extra.quote : undefined
  return {
    protocol: 'x402',
    wire: `x402 v${payload.version}`,
    claimKey: signed.claimKey,
    network,
    asset,
    amountBase: signed.amountBase,
    payTo: signed.payTo,
    ...(typeof token === 'string' && { quoteToken: token }),
    decoded: payload.wire,
  }
}

function authorize(
  config: Config,
  credential: Protocol.Credential,
  quote: Quote.Quote,
  ask: Protocol.Ask,
  nowMs: number,
): Protocol.Authorization {
  const payload = Payload.from(credential.decoded, credential.wire === 'x402 v1' ? 1 : 2)
  const { scheme, signed, network } = payload
  const made = Requirements.offers(quote, ask, config).filter((offer) => offer.network === network)
  // Several ways on one network differ in their scheme or in what the client has to know.
  const offers = made.filter((offer) => offer.scheme === scheme.scheme && scheme.takes(offer))
  if (offers.length === 0) throw failed('network', 'is not one that the challenge offers')
  const { offer, required } =
    payload.version === 2 ? matchAccepted(config, payload.accepted, offers, quote) : matchV1(offers, ask)
  if (nowMs >= quote.expiresAtMs) throw new AppError('payment-expired', 'The price that was quoted has expired.')
  const instrument = signed.authorize(offer, ask.takes ?? {}, nowMs)
  return {
    scheme: offer.scheme,
    payer: instrument.from,
    when: 'after',
    instrument,
    challenge: { x402Version: payload.version, ...required },
  }
}

type Matched = { offer: Offer; required: PaymentRequirements | PaymentRequirementsV1 }

/** Every member must be ours; the client may add members to `extra` only (x402 v2, "Payment matching"). */
function matchAccepted(
  config: Config,
  accepted: Payload.Accepted,
  offers: readonly Offer[],
  quote: Quote.Quote,
): Matched {
  const { quote: token } = accepted.extra
  if (typeof token !== 'string' || !config.secrets().some((secret) => token === Quote.seal(quote, secret)))
    throw new AppError(
      'invalid-challenge',
      'The payment answers a quote that this server did not make for this request.',
    )
  const faults = offers.map((offer) => {
    const required = Requirements.toV2(offer, token)
    return { offer, required, fault: differenceOf(accepted, required) }
  })
  const match = faults.find(({ fault }) => fault === undefined)
  if (!match) throw failed(faults[0]?.fault ?? 'accepted', 'is not what the challenge says')
  return match
}

/** The first member of our requirement that the client's echo has otherwise. */
function differenceOf(accepted: Payload.Accepted, required: PaymentRequirements): string | undefined {
  const name = (['scheme', 'network', 'amount', 'asset', 'payTo', 'maxTimeoutSeconds'] as const).find(
    (member) => accepted[member] !== required[member],
  )
  if (name) return `accepted.${name}`
  const extra = Object.entries(required.extra).find(
    ([member, value]) => !isDeepStrictEqual(accepted.extra[member], value),
  )
  return extra && `accepted.extra.${extra[0]}`
}

function matchV1(offers: readonly Offer[], ask: Protocol.Ask): Matched {
  for (const offer of offers) {
    const required = Requirements.toV1(offer, ask)
    if (required) return { offer, required }
  }
  throw failed('network', 'is not one that the challenge offers')
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
