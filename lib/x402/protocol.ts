import { isDeepStrictEqual } from 'node:util'
import { encodePaymentResponseHeader } from '@x402/core/http'
import type { Network, PaymentRequirements, PaymentRequirementsV1, SettleResponse } from '@x402/core/types'
import { Chain } from '@/lib/chains'
import type { ChannelProtocol } from '@/lib/channels'
import { AppError } from '@/lib/errors'
import { Caip } from '@/lib/money'
import type { Protocol } from '@/lib/payments'
import { Quote } from '@/lib/pricing'
import { Sacrifice } from '@/lib/protocol-shared'
import * as Batch from './batch'
import { namesApp } from './builder-code'
import * as Extensions from './extensions'
import * as Head from './head'
import type { OfferIssuer } from './offer-receipt'
import { differs } from './parse'
import * as Payload from './Payload'
import * as Requirements from './Requirements'
import type { X402Config, SchemeOffer } from './Scheme'

/** What a resource offers besides single payments: a channel, if it sells by channels. */
export type X402Hints = Protocol.ProtocolHints & { session?: ChannelProtocol.ChannelOffer }

export type PaymentProtocol = Omit<Protocol.Protocol, 'challenge'> & {
  challenge(quote: Quote.Quote, agentRequest: Protocol.AgentRequest, hints: X402Hints): Protocol.Challenge
}

/** x402, protocol versions 1 and 2, with every scheme of `schemes/`. Its 402 also offers channels. */
export function createProtocol(config: X402Config): PaymentProtocol {
  return {
    name: 'x402',
    challenge: (quote, agentRequest, hints) => challenge(config, quote, agentRequest, hints),
    parse,
    authorize: async (credential, quote, agentRequest, nowMs) =>
      authorize(config, credential, quote, agentRequest, nowMs),
    receipt: (settled) => receipt(settled, config.issuer?.()),
  }
}

/** The names of the headers that carry an x402 credential, readable or not. */
export function isPresent(headers: Headers): readonly string[] {
  return [Payload.headerV2, Payload.headerV1].filter((name) => headers.has(name))
}

/** Writes v2 into a header and v1 into the body, so that clients of both versions can read one 402. */
function challenge(
  config: X402Config,
  quote: Quote.Quote,
  agentRequest: Protocol.AgentRequest,
  { error: refusal, signIn, session }: X402Hints,
): Protocol.Challenge {
  const offers = Requirements.offers(quote, agentRequest, config)
  const token = Quote.seal(quote, config.secrets()[0])
  const channels = Batch.Requirements.accepts(quote, token, session, config)
  if (offers.length + channels.length === 0) return nothing
  const accepts = [
    ...offers.map((offer) => Requirements.withFlow(Requirements.toV2(offer, token), agentRequest)),
    // Single payments first: a channel is for clients that know only channels or prefer them.
    ...channels,
  ]
  const error = (session && Batch.Requirements.errorOf(session)) ?? refusal
  const required = Requirements.toRequired(accepts, agentRequest, error ?? Head.askedFor)
  const issuer = config.issuer?.()
  const signing = issuer && { issuer, expiresAtMs: quote.expiresAtMs }
  const extensions = Extensions.from(agentRequest, accepts, signIn, signing)
  const acceptsV1 = Requirements.acceptsV1(offers, agentRequest)
  const toHeader = Head.createHeader({ required, extensions, soldUrl: soldUrlOf(agentRequest) })
  const headersWithout = (dropped: Sacrifice.GivenUpParts) => [['PAYMENT-REQUIRED', toHeader(dropped)] as const]
  const hasExtensions = Object.keys(extensions).length > 0
  return {
    headers: headersWithout(Sacrifice.steps[0]),
    headersWithout,
    body: {
      ...(acceptsV1.length > 0 && {
        x402Version: 1,
        error: error ?? `${Payload.headerV1} header is required`,
        accepts: acceptsV1,
      }),
      ...(hasExtensions && { extensions }),
      // The complete v2 requirement, even if the header had no room for all of it.
      paymentRequired: { ...required, ...(hasExtensions && { extensions }) },
    },
    decoded: accepts.map((accepted) => ({ x402Version: 2, ...accepted })),
    ownTexts: (other) => [Quote.seal(other, config.secrets()[0])],
  }
}

const nothing: Protocol.Challenge = {
  headers: [],
  headersWithout: () => [],
  body: {},
  decoded: [],
  ownTexts: () => [],
}

function soldUrlOf({ url, path, soldPath = path }: Protocol.AgentRequest): string {
  return `${new URL(url).origin}${soldPath}`
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
    payTo: recipientOf(payload),
    ...(typeof token === 'string' && { quoteToken: token }),
    decoded: payload.version === 2 ? Extensions.withoutEchoes(payload.wire) : payload.wire,
  }
}

/**
 * Solana transactions name only the recipient's token account. So this is the client's claim, which is compared
 * later.
 */
function recipientOf(payload: Payload.X402Payload): string {
  const { network, signed } = payload
  return payload.version === 2 && Caip.isSolana(network) ? payload.accepted.payTo : signed.payTo
}

function authorize(
  config: X402Config,
  credential: Protocol.Credential,
  quote: Quote.Quote,
  agentRequest: Protocol.AgentRequest,
  nowMs: number,
): Protocol.Authorization {
  const payload = Payload.from(credential.decoded, credential.wire === 'x402 v1' ? 1 : 2)
  const { scheme, signed, network } = payload
  if (payload.version === 2 && namesApp(payload.wire.extensions ?? {}))
    throw new AppError(
      'verification-failed',
      'extensions.builder-code names an app ("a"), and the challenge declares none. Leave it out; codes of your own go into "s".',
      { extra: { x402: 'extension_echo_mismatch' } },
    )
  const made = Requirements.offers(quote, agentRequest, config).filter((offer) => offer.network === network)
  // Offers on one network may differ in their scheme or in their `extra`.
  const offers = made.filter((offer) => offer.scheme === scheme.scheme && scheme.takes(offer))
  if (offers.length === 0) throw differs('network', 'is not one that the challenge offers')
  const { offer, required } =
    payload.version === 2 ? matchAccepted(config, payload.accepted, offers, quote) : matchV1(offers, agentRequest)
  if (nowMs >= quote.expiresAtMs) throw new AppError('payment-expired', 'The price that was quoted has expired.')
  const instrument = signed.authorize(offer, agentRequest.takes ?? {}, nowMs)
  return {
    scheme: offer.scheme,
    payer: instrument.from,
    when: 'after',
    instrument,
    challenge: { x402Version: payload.version, ...required },
  }
}

type Matched = { offer: SchemeOffer; required: PaymentRequirements | PaymentRequirementsV1 }

/** Every member must equal ours; the client may only add members to `extra` (x402 v2, "Payment matching"). */
function matchAccepted(
  config: X402Config,
  accepted: Payload.AcceptedRequirements,
  offers: readonly SchemeOffer[],
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
  if (!match) throw differs(faults[0]?.fault ?? 'accepted', 'is not what the challenge says')
  return match
}

/** The name of the first member that differs between the client's echo and our requirement. */
function differenceOf(accepted: Payload.AcceptedRequirements, required: PaymentRequirements): string | undefined {
  const name = (['scheme', 'network', 'amount', 'asset', 'payTo', 'maxTimeoutSeconds'] as const).find(
    (member) => accepted[member] !== required[member],
  )
  if (name) return `accepted.${name}`
  const extra = Object.entries(required.extra).find(
    ([member, value]) => !isDeepStrictEqual(accepted.extra[member], value),
  )
  return extra && `accepted.extra.${extra[0]}`
}

function matchV1(offers: readonly SchemeOffer[], agentRequest: Protocol.AgentRequest): Matched {
  for (const offer of offers) {
    const required = Requirements.toV1(offer, agentRequest)
    if (required) return { offer, required }
  }
  throw differs('network', 'is not one that the challenge offers')
}

function receipt(
  settled: Protocol.SettledPayment,
  issuer: OfferIssuer | undefined,
): readonly (readonly [name: string, value: string])[] {
  const { network, payer, txHash, settledAtMs, resourceUrl, amountBase } = settled
  const isV1 = settled.wire === 'x402 v1'
  const issuedAt = Math.floor(settledAtMs / 1000)
  const signed =
    issuer && resourceUrl !== undefined
      ? issuer.receipt({ version: 1, network, resourceUrl, payer, issuedAt, transaction: txHash })
      : undefined
  const response: SettleResponse = {
    success: true,
    transaction: txHash,
    // A v1 name, although the SDK's type is CAIP-2.
    network: (isV1 ? Chain.get(network).v1Name : network) as Network,
    payer,
    ...(!isV1 && { amount: amountBase.toString() }),
    ...(signed && { extensions: { [Extensions.offerReceipt]: { info: { receipt: signed } } } }),
  }
  return [[isV1 ? 'X-PAYMENT-RESPONSE' : 'PAYMENT-RESPONSE', encodePaymentResponseHeader(response)]]
}
