import { Challenge as Wire, Receipt } from 'mppx'
import type { Instrument } from '@/lib/chains'
import type { ChannelProtocol } from '@/lib/channels'
import { AppError } from '@/lib/errors'
import { Caip, Rail } from '@/lib/money'
import type { Protocol } from '@/lib/payments'
import type { Quote } from '@/lib/pricing'
import { Sacrifice, TransferAuthorization } from '@/lib/protocol-shared'
import * as AcceptPayment from './AcceptPayment'
import * as Challenge from './Challenge'
import * as Credential from './Credential'
import * as Proof from './Proof'
import * as Secret from './Secret'
import * as Session from './session/Challenge'
import { verifyEvm } from './verify-evm'
import { verifyTempo } from './verify-tempo'
import { type MppConfig } from './MppConfig'

/** What a resource offers besides, or instead of, a single charge. */
export type MppHints = Protocol.ProtocolHints & {
  session?: ChannelProtocol.ChannelOffer
  /** An invoice that was made for this 402. */
  invoice?: Challenge.OfferedInvoice
}

/** Charges, and the one 402 for both charges and sessions, because the agent's preferences order them together. */
export type ChargeProtocol = Omit<Protocol.Protocol, 'challenge'> & {
  challenge(quote: Quote.Quote, agentRequest: Protocol.AgentRequest, hints: MppHints): Protocol.Challenge
}

/** MPP `charge` by the methods `evm` (EIP-3009), `tempo` (signed transaction, pull mode) and `stripe` (Shared Payment Token). */
export function createProtocol(config: MppConfig): ChargeProtocol {
  return {
    name: 'mpp',
    challenge: (quote, agentRequest, hints) => challenge(config, quote, agentRequest, hints),
    parse,
    authorize: (credential, quote, agentRequest, nowMs) => authorize(config, credential, quote, agentRequest, nowMs),
    receipt,
  }
}

/** The names of the headers that carry a Payment credential, readable or not. */
export function isPresent(headers: Headers): readonly string[] {
  if (Proof.isL402(headers)) return ['Authorization']
  return Credential.find(headers).map(({ name }) => name)
}

function challenge(
  config: MppConfig,
  quote: Quote.Quote,
  agentRequest: Protocol.AgentRequest,
  { acceptPayment, session, invoice }: MppHints,
): Protocol.Challenge {
  const [secret] = config.secrets()
  const binding = Challenge.toBinding(quote, agentRequest, { realm: config.realm(), secret })
  // A charge moves a fixed amount, so it cannot pay a price that is known only after the answer.
  const charges =
    session?.alone || quote.metered
      ? []
      : [...Challenge.offers(quote, config), ...(invoice ? Challenge.lightningOffer(invoice) : [])]
  const channels = session ? Session.offers(quote, session, config) : []
  // Charges first: a client that knows both takes the first, and a channel is for clients that ask for one.
  const offers = [
    ...charges.map((offer) => ({ ...offer, issue: () => Challenge.issue(offer, binding) })),
    ...channels.map((offer) => ({ ...offer, issue: () => Session.issue(offer, binding) })),
  ]
  const challenges = AcceptPayment.select(offers, acceptPayment).map((offer) => offer.issue())
  // All challenges are for one resource, so only the first one carries its description.
  const bare = challenges.map(({ description: _description, ...one }) => toHeader(one))
  const first = challenges[0] && toHeader(challenges[0])
  const described = first ? [first, ...bare.slice(1)] : []
  const l402 = invoice ? [Proof.l402Header(invoice, binding, agentRequest)] : []
  const headersWithout = (dropped: Sacrifice.GivenUpParts) => [
    ...(dropped.has('repetition') ? bare : described).slice(0, dropped.ways),
    ...l402,
  ]
  return {
    headers: headersWithout(Sacrifice.steps[0]),
    headersWithout,
    body: challenges.length > 0 ? { challenges: challenges.map(({ meta: _meta, ...one }) => one) } : {},
    decoded: challenges.map(Challenge.toDecoded),
    ownTexts: Challenge.ownTextsOf(challenges, secret),
  }
}

function toHeader(challenge: Challenge.WireChallenge): readonly [string, string] {
  return ['WWW-Authenticate', Wire.serialize(challenge)]
}

function parse(headers: Headers): Protocol.Credential | undefined {
  const proof = Proof.parse(headers)
  if (proof) return proof
  const credential = Credential.fromHeaders(headers)
  if (!credential) return undefined
  const { challenge: echo, network, request, quoteToken } = credential
  return {
    protocol: 'mpp',
    wire: `mpp ${credential.method}`,
    challengeKey: `mpp|${echo.id}`,
    network,
    asset: request.currency,
    ...moved(credential),
    ...(quoteToken !== undefined && { quoteToken }),
    decoded: toDecoded(credential),
  }
}

/** The amount that the credential would move, and the key by which it pays only once. */
function moved(credential: Credential.MppCredential): Pick<Protocol.Credential, 'claimKey' | 'amountBase' | 'payTo'> {
  const { network, request } = credential
  if (credential.method === 'evm') {
    const { value, to } = credential.payload
    const claimKey = TransferAuthorization.claimKey(network, request.currency, credential.payload)
    return { claimKey, amountBase: BigInt(value), payTo: to }
  }
  const { amount, recipient } = request
  // The token is one half of the key; the challenge, which another token cannot pay again, is the other one.
  if (credential.method === 'stripe')
    return {
      claimKey: `spt|${network}|${Secret.hashOf(credential.payload.spt)}`,
      amountBase: BigInt(amount),
      payTo: recipient,
    }
  // A transaction may make several transfers; `authorize` checks the claimed amount.
  return {
    claimKey: `raw|${network}|${credential.transaction.hash}`,
    amountBase: BigInt(request.amount),
    payTo: request.recipient,
  }
}

/** The parsed credential for each `decoded`, so that `authorize` does not recover the sender again (4 ms). */
const read = new WeakMap<Record<string, unknown>, Credential.MppCredential>()

/** The wire form as JSON, to store and to compare. A payment token is a secret: only its hash is in it. */
function toDecoded(credential: Credential.MppCredential): Record<string, unknown> {
  const { challenge: echo, source } = credential
  const payload = shown(credential)
  const decoded = { challengeId: echo.id, challenge: echo, payload, ...(source !== undefined && { source }) }
  read.set(decoded, credential)
  return decoded
}

/** The payload without its secret, the payment token. */
function shown(credential: Credential.MppCredential): Record<string, unknown> {
  if (credential.method !== 'stripe') return credential.payload
  const { spt, ...rest } = credential.payload
  return { ...rest, sptHash: Secret.hashOf(spt) }
}

async function authorize(
  config: MppConfig,
  { decoded }: Protocol.Credential,
  quote: Quote.Quote,
  agentRequest: Protocol.AgentRequest,
  nowMs: number,
): Promise<Protocol.Authorization> {
  const proof = Proof.authorize(config, decoded, agentRequest)
  if (proof) return proof
  const credential = read.get(decoded) ?? Credential.fromDecoded(decoded)
  const offer = matchChallenge(config, credential, quote, agentRequest)
  if (nowMs >= quote.expiresAtMs) throw new AppError('payment-expired', 'The challenge has expired.')
  const instrument = await verify(credential, offer, nowMs, quote.expiresAtMs)
  if (credential.method === 'evm' || credential.method === 'tempo') assertSource(credential, instrument.from)
  return {
    scheme: 'charge',
    payer: instrument.from,
    // A card is authorised before the work and captured after it.
    when: credential.method === 'stripe' ? 'after' : 'before',
    instrument,
    challenge: Challenge.toDecoded(credential.challenge),
  }
}

function verify(
  credential: Credential.MppCredential,
  offer: Challenge.ChainOffer | Challenge.StripeOffer,
  nowMs: number,
  expiresAtMs: number,
): Instrument | Promise<Instrument> {
  if (credential.method === 'stripe') return toSpt(credential, offer)
  if (offer.method === 'stripe') throw invalid('The challenge was made for another method.')
  return credential.method === 'evm'
    ? verifyEvm(credential, offer, nowMs)
    : verifyTempo(credential, offer, nowMs, expiresAtMs)
}

/** The token is checked by Stripe alone. Its agent is known when Stripe was asked. */
function toSpt(
  { payload, challenge }: Extract<Credential.MppCredential, { method: 'stripe' }>,
  { payTo, amountBase }: Challenge.ChainOffer | Challenge.StripeOffer,
): Instrument {
  const token = Secret.sealToken(payload.spt, challenge.id)
  return { kind: 'spt', from: 'unknown', to: payTo, value: amountBase.toString(), token, challengeId: challenge.id }
}

/**
 * Finds the offer of a challenge. Issues the challenge again from quote and request; equal ids prove that realm,
 * method, intent, request, expiry, body digest and quote are all unchanged.
 */
function matchChallenge(
  config: MppConfig,
  credential: Credential.MppCredential,
  quote: Quote.Quote,
  agentRequest: Protocol.AgentRequest,
): Challenge.ChainOffer | Challenge.StripeOffer {
  const { challenge: echo } = credential
  const binding = Challenge.toBinding(quote, agentRequest, assertOurs(config, echo, agentRequest))
  const offer = Challenge.offers(quote, config)
    .filter(({ method, network }) => method === credential.method && network === credential.network)
    .find((candidate) => Challenge.issue(candidate, binding).id === echo.id)
  if (!offer) throw invalid('The challenge was made for another resource or price.')
  return offer
}

/** The secret that made a challenge, and the realm. @throws AppError invalid-challenge */
function assertOurs(
  config: MppConfig,
  echo: Challenge.WireChallenge,
  agentRequest: Protocol.AgentRequest,
): Pick<Challenge.ChallengeBinding, 'realm' | 'secret'> {
  const secret = config.secrets().find((candidate) => isIssued(echo, candidate))
  if (secret === undefined) throw invalid('This server did not make the challenge that the credential answers.')
  const realm = config.realm()
  if (echo.realm !== realm) throw invalid('The challenge was made for another host.')
  if (echo.digest !== agentRequest.bodyDigest)
    throw invalid(
      'The challenge was made for another request body (digest). Send the body that you asked the price for.',
    )
  return { realm, secret }
}

function isIssued(echo: Challenge.WireChallenge, secret: string): boolean {
  try {
    return Wire.verify(echo, { secretKey: secret })
  } catch {
    // A request without a canonical form was not written by us.
    return false
  }
}

/** Checks that `source`, if present, names the account that signed (draft-evm-charge, draft-tempo-charge). */
function assertSource({ source, network }: Credential.MppCredential, payer: string): void {
  if (source !== undefined && source.toLowerCase() !== `did:pkh:${network}:${payer}`.toLowerCase())
    throw new AppError('verification-failed', 'The credential was signed by another account than its source names.')
}

function receipt({
  wire,
  network,
  txHash,
  settledAtMs,
  decoded,
}: Protocol.SettledPayment): readonly (readonly [string, string])[] {
  const { challengeId } = decoded
  if (Rail.kindOf(network) === 'lightning') return Proof.receipt({ txHash, settledAtMs, decoded })
  const method = wire.slice('mpp '.length)
  const { externalId } = (decoded.payload ?? {}) as { externalId?: string }
  const value = {
    method,
    intent: 'charge',
    status: 'success' as const,
    timestamp: new Date(settledAtMs).toISOString(),
    reference: txHash,
    ...(Rail.kindOf(network) ? externalId !== undefined && { externalId } : { chainId: Caip.toChainId(network) }),
    ...(typeof challengeId === 'string' && { challengeId }),
  }
  return [['Payment-Receipt', Receipt.serialize(value)]]
}

function invalid(message: string): AppError {
  return new AppError('invalid-challenge', message)
}
