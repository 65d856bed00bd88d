import { env } from './env'
import { createDigestSigner, serves, signerFor } from '@/lib/chains'
import type { ChannelProtocol as Channels } from '@/lib/channels'
import { AppError } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'
import * as mpp from '@/lib/mpp'
import type { Protocol } from '@/lib/payments'
import { Quote } from '@/lib/pricing'
import type { CalledTool } from '@/lib/protocol-shared'
import * as x402 from '@/lib/x402'

/** The only file that knows both protocols. */

export { Sacrifice } from '@/lib/protocol-shared'
export type { OfferedInvoice } from '@/lib/mpp'

const config = {
  secrets: (): readonly [string, ...string[]] =>
    env.CHALLENGE_SECRET_PREVIOUS === undefined
      ? [env.CHALLENGE_SECRET]
      : [env.CHALLENGE_SECRET, env.CHALLENGE_SECRET_PREVIOUS],
  realm: () => new URL(env.PUBLIC_URL).hostname,
  serves,
  stripe: () => env.STRIPE && { ...env.STRIPE, minimumCents: BigInt(env.STRIPE.minimumCents) },
  operatorOn: (network: Caip2) => signerFor(network, 'settlement')?.address,
  issuer: offerIssuer,
}

let issuer: x402.OfferIssuer | undefined

/** Signs x402's offers and receipts; undefined without OFFER_PRIVATE_KEY. */
export function offerIssuer(): x402.OfferIssuer | undefined {
  if (env.OFFER_PRIVATE_KEY === undefined) return undefined
  return (issuer ??= x402.createIssuer(createDigestSigner(env.OFFER_PRIVATE_KEY as `0x${string}`)))
}

export const protocols = { x402: x402.createProtocol(config), mpp: mpp.createProtocol(config) } as const

/** The channel protocols: MPP's sessions, and x402's batch-settlement. */
const channelProtocols = { mpp: mpp.createSessions(config), x402: x402.createBatchSettlement(config) } as const

export function channelsBy(name: Channels.ChannelCredential['protocol']): Channels.ChannelProtocol {
  return channelProtocols[name]
}

function parseChannel(headers: Headers): Channels.ChannelCredential | undefined {
  return channelProtocols.mpp.parse(headers) ?? channelProtocols.x402.parse(headers)
}

/** x402 for other servers: reads and checks the requests to their facilitator. */
export const facilitation = {
  read: (body: unknown): Facilitated => x402.Facilitation.read(body, config),
  authorize: x402.Facilitation.authorize,
  toCredential: x402.Facilitation.toCredential,
  nameOf: x402.Facilitation.nameOf,
  kinds: x402.Facilitation.kinds,
  extensions: x402.Facilitation.extensions,
  codeOf: x402.Facilitation.codeOf,
  failedCode: x402.Facilitation.failedCode,
} as const
export type Facilitated = x402.Facilitation.FacilitationRequest
export type FacilitatedKind = x402.Facilitation.SupportedKind

export function byName(name: Protocol.Protocol['name']): Protocol.Protocol {
  return protocols[name]
}

/**
 * One 402 for both protocols and one quote. `headers` may contain WWW-Authenticate several times: append, never set.
 * A resource sold only by sessions has no x402 offer, because one payment would buy an endless stream.
 */
export function challengeAll(
  quote: Quote.Quote,
  agentRequest: Protocol.AgentRequest,
  hints: mpp.MppHints = {},
): Protocol.Challenge {
  const challenges = [
    ...(hints.session?.alone ? [] : [protocols.x402.challenge(quote, agentRequest, hints)]),
    protocols.mpp.challenge(quote, agentRequest, hints),
  ]
  return {
    headers: challenges.flatMap(({ headers }) => headers),
    headersWithout: (dropped) => challenges.flatMap((challenge) => challenge.headersWithout(dropped)),
    body: Object.assign({}, ...challenges.map(({ body }) => body)) as Record<string, unknown>,
    decoded: challenges.flatMap(({ decoded }) => decoded),
    ownTexts: (other) => challenges.flatMap((challenge) => challenge.ownTexts(other)),
  }
}

/** The payment that a request carries. */
export type PresentedPayment =
  | { kind: 'payment'; credential: Protocol.Credential }
  | { kind: 'channel'; credential: Channels.ChannelCredential }

/**
 * The one payment credential of a request, of either protocol; undefined if there is none.
 * @throws AppError payment-malformed if there are several or it is unreadable; malformed-credential;
 * method-unsupported
 */
export function parseAny(headers: Headers): PresentedPayment | undefined {
  const [inX402, inMpp] = [x402.isPresent(headers), mpp.isPresent(headers)]
  if (inX402.length > 0 && inMpp.length > 0) {
    throw new AppError(
      'payment-malformed',
      `The request carries payment credentials of two protocols (${[...inX402, ...inMpp].join(', ')}). Send one.`,
    )
  }
  const channel = parseChannel(headers)
  if (channel) return { kind: 'channel', credential: channel }
  const credential = protocols.x402.parse(headers) ?? protocols.mpp.parse(headers)
  return credential && { kind: 'payment', credential }
}

/**
 * The resource, among some resources, for which the channel credential of a request was challenged. No id if the
 * challenge belongs to none of them or has expired; undefined without a readable channel credential.
 */
export function resourceOfChannel(
  headers: Headers,
  resourceIds: readonly string[],
  nowMs: number,
): { resourceId?: string } | undefined {
  const credential = attempt(() => parseChannel(headers))
  if (!credential) return undefined
  const resourceId = resourceIds.find((id) => {
    const quote = openQuote(credential.quoteToken, id)
    return quote !== undefined && nowMs < quote.expiresAtMs
  })
  return resourceId === undefined ? {} : { resourceId }
}

function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

/**
 * x402's message that the payment in these headers was refused; undefined without an x402 payment, or if the error is
 * no verdict on it. MPP has no such header: its clients read the problem's type and the new challenge.
 */
export function refusalOf(headers: Headers, error: AppError): x402.X402Refusal | undefined {
  return x402.toRefusal(headers, error)
}

/**
 * Checks that a Lightning credential, by MPP or L402, was made for this request and that its preimage opens the invoice.
 * @throws AppError lightning-unknown-challenge | lightning-invalid-preimage
 */
export function proveLightning({ decoded }: Protocol.Credential, agentRequest: Protocol.AgentRequest): void {
  if (!mpp.proveLightning(config, decoded, agentRequest))
    throw new AppError('lightning-unknown-challenge', 'This is no Lightning credential.')
}

/** The agent's own id for the payment, which only x402 supports. */
export function readIdentifier({ protocol, decoded }: Protocol.Credential): x402.PaymentIdentifier {
  return protocol === 'x402' ? x402.readIdentifier(decoded) : { kind: 'none' }
}

/** The quote of a resource inside a credential's token; undefined if this installation sealed none for it. */
export function openQuote(token: string | undefined, resourceId: string): Quote.SealedQuote | undefined {
  return token === undefined ? undefined : Quote.open(token, resourceId, config.secrets())
}

/**
 * Both protocols over MCP. HTTP headers become members of `_meta`, in a call and in its result. Decides nothing: the
 * call is served as the equal HTTP request.
 */
export const mcp = {
  /** The headers that are equal to the payment of a call. @throws AppError malformed-credential */
  toHeaders: (meta: CalledTool.CallMeta): CalledTool.CallHeaders => [
    ...x402.Mcp.toHeaders(meta),
    ...mpp.Mcp.toHeaders(meta),
  ],
  /** The payment requirements of a 402 in each protocol's form for a tool; `problem` is the 402's body. */
  toRequired: (headers: Headers, problem: Record<string, unknown>, tool: CalledTool.CalledTool) => ({
    x402: x402.Mcp.toRequired(headers, problem, tool),
    mpp: mpp.Mcp.toRequired(headers, problem),
  }),
  /** `_meta` of a result: the receipts. */
  toMeta: (headers: Headers): Record<string, unknown> => ({ ...x402.Mcp.toMeta(headers), ...mpp.Mcp.toMeta(headers) }),
  /** Whether a call carries an MPP credential, valid or not. Such an agent reads MPP's errors. */
  speaksMpp: mpp.Mcp.isPresent,
  mppCodes: mpp.Mcp.codes,
  mppRequiredKey: mpp.Mcp.requiredKey,
  x402ErrorKey: x402.Mcp.errorKey,
  x402ResponseKey: x402.Mcp.responseKey,
} as const
