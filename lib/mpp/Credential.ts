import { Challenge as WireChallenge, Credential as Wire, PaymentRequest } from 'mppx'
import { z } from 'zod'
import { chains } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import { Caip, Rail, type Caip2 } from '@/lib/money'
import { decodeJson, shapes, TransferAuthorization } from '@/lib/protocol-shared'
import type * as Challenge from './Challenge'
import * as TempoTransaction from './TempoTransaction'

/** The headers of a credential. The second leaves Authorization free for the application's own Bearer token. */
export const headerNames = ['Authorization', 'Payment-Authorization'] as const

/** EIP-3009 authorization, as mppx's `evm` charge signs it. */
const EvmPayload = TransferAuthorization.Schema.extend({
  type: z.literal('authorization'),
  signature: shapes.signature,
}).strict()

/** A complete signed transaction, as mppx's `tempo` charge makes it in pull mode. */
const TempoPayload = z.strictObject({
  type: z.literal('transaction'),
  signature: z
    .string()
    .regex(/^0x(?:[0-9a-fA-F]{2})+$/, 'must be hex')
    .transform((text) => text.toLowerCase()),
})

/** A Shared Payment Token (draft-stripe-charge). */
const StripePayload = z.object({
  spt: z.string().regex(/^spt_[A-Za-z0-9_]{1,250}$/, 'must be a Shared Payment Token, spt_…'),
  externalId: z.string().max(200).optional(),
})

/** The members of a challenge's request that the methods on chains share. */
const ChainRequest = z.object({
  amount: shapes.uint,
  currency: shapes.address,
  recipient: shapes.address,
  methodDetails: z.object({ chainId: z.int().min(1) }),
})

const StripeRequest = z.object({
  amount: shapes.uint,
  currency: z.string().regex(/^[a-z]{3}$/, 'must be a currency of ISO 4217 in small letters'),
  recipient: z.string().max(64),
  methodDetails: z.object({ networkId: z.string().max(64) }),
})

const Opaque = z.object({ quote: z.string().optional() })

/** A credential whose shape is valid. Its challenge is an unverified echo. */
export type MppCredential = {
  challenge: Challenge.WireChallenge
  network: Caip2
  request: { amount: string; currency: string; recipient: string }
  /** DID of the payer, as the client claims it. */
  source: string | undefined
  quoteToken: string | undefined
} & (
  | { method: 'evm'; payload: z.infer<typeof EvmPayload> }
  | { method: 'tempo'; payload: z.infer<typeof TempoPayload>; transaction: TempoTransaction.TempoTransaction }
  | { method: 'stripe'; payload: z.infer<typeof StripePayload> }
)

const methods = ['evm', 'tempo', 'stripe'] as const
type Method = (typeof methods)[number]

/** Every Payment credential in the headers, still encoded, with the name of its header. */
export function find(headers: Headers): readonly { name: string; text: string }[] {
  return headerNames.flatMap((name) =>
    (headers.get(name) ?? '')
      .split(',')
      .map((scheme) => scheme.trim())
      .filter((scheme) => /^payment(?:\s|$)/i.test(scheme))
      .map((scheme) => ({ name, text: scheme.slice('payment'.length).trim() })),
  )
}

/**
 * The one Payment credential in these headers, still encoded; undefined if there is none (a Bearer token is not one).
 * Equal credentials in both headers, or twice in one, count as one.
 * @throws AppError payment-malformed if there are several
 */
export function findOne(headers: Headers): string | undefined {
  const texts = new Set(find(headers).map(({ text }) => text))
  if (texts.size > 1)
    throw new AppError(
      'payment-malformed',
      `The request carries ${texts.size} Payment credentials (${headerNames.join(', ')}). Send one.`,
    )
  return [...texts][0]
}

/** The JSON of an encoded credential. @throws AppError malformed-credential */
export function decode(text: string): unknown {
  try {
    return decodeJson(text, 'base64url')
  } catch (error) {
    throw malformed(error instanceof TypeError ? error.message : 'is not a Payment credential', error)
  }
}

/**
 * The one charge credential in these headers; undefined if they carry no Payment credential.
 * @throws AppError payment-malformed | malformed-credential | method-unsupported
 */
export function fromHeaders(headers: Headers): MppCredential | undefined {
  const text = findOne(headers)
  if (text === undefined) return undefined
  const decoded = decode(text)
  try {
    assertJson(decoded)
    return from(Wire.deserialize(`Payment ${text}`))
  } catch (error) {
    if (error instanceof AppError) throw error
    // mppx's message is only "Invalid base64url or JSON".
    const reason = error instanceof TypeError ? error.message : 'is not a Payment credential'
    throw malformed(reason, error)
  }
}

/** Checks the JSON inside `request` and `opaque` by the same rules as the credential around them. */
function assertJson(value: unknown): void {
  const { challenge } = z.object({ challenge: z.record(z.string(), z.unknown()) }).parse(value)
  for (const name of ['request', 'opaque'] as const) {
    const encoded = challenge[name]
    if (typeof encoded === 'string') decodeJson(encoded.replace(/={1,2}$/, ''), 'base64url')
  }
}

/**
 * The credential in a stored `Credential.decoded`.
 * @throws AppError malformed-credential | method-unsupported
 */
export function fromDecoded(decoded: Record<string, unknown>): MppCredential {
  const { challenge, payload, source } = decoded
  const echo = WireChallenge.Schema.safeParse(challenge)
  if (!echo.success) throw malformed('is not a Payment credential', echo.error)
  return from({ challenge: echo.data, payload, ...(typeof source === 'string' && { source }) } as Wire.Credential)
}

function from({ challenge, payload, source }: Wire.Credential): MppCredential {
  const method = methods.find((known) => known === challenge.method)
  if (!method || challenge.intent !== 'charge')
    throw new AppError('method-unsupported', 'The payment method or intent is not one that is offered here.')
  const { network, request } = readRequest(method, challenge.request)
  const quoteToken = challenge.opaque
    ? Opaque.safeParse(PaymentRequest.deserialize(challenge.opaque)).data?.quote
    : undefined
  const common = { challenge, network, request, source: source?.slice(0, 200), quoteToken }
  if (method === 'stripe') return { ...common, method, payload: parse(StripePayload, payload, 'payload') }
  assertType(payload, method === 'evm' ? 'authorization' : 'transaction')
  if (method === 'evm') return { ...common, method, payload: parse(EvmPayload, payload, 'payload') }
  const transaction = parse(TempoPayload, payload, 'payload')
  return { ...common, method, payload: transaction, transaction: decodeTransaction(transaction.signature) }
}

/** What the challenge asked for, and on which network. */
function readRequest(method: Method, echoed: unknown): Pick<MppCredential, 'network' | 'request'> {
  if (method === 'stripe') {
    const { methodDetails, ...request } = parse(StripeRequest, echoed, 'challenge.request')
    return { network: Rail.ofProfile(methodDetails.networkId), request }
  }
  const { methodDetails, ...request } = parse(ChainRequest, echoed, 'challenge.request')
  const network = Caip.fromChainId(methodDetails.chainId)
  if (!chains.some((chain) => chain.network === network))
    throw new AppError('method-unsupported', 'The network of the payment is not one that is offered here.')
  return { network, request }
}

/** Separates a known but unsupported type (push mode, proofs, Permit2) from a broken payload. */
function assertType(payload: unknown, taken: string): void {
  const { data } = z.object({ type: z.string() }).safeParse(payload)
  if (data && data.type !== taken)
    throw new AppError('method-unsupported', `The only credential type that is taken for this method is "${taken}".`)
}

function decodeTransaction(serialized: string): TempoTransaction.TempoTransaction {
  try {
    return TempoTransaction.decode(serialized)
  } catch (error) {
    throw malformed(`payload.signature ${error instanceof Error ? error.message : 'cannot be decoded'}`, error)
  }
}

function parse<T extends z.ZodType>(schema: T, value: unknown, at: string): z.infer<T> {
  const result = schema.safeParse(value)
  if (!result.success) throw malformed(shapes.explain(result.error, at), result.error)
  return result.data
}

/** The error for a broken credential. `reason` follows "The Payment credential" and names the field. */
export function malformed(reason: string, cause?: unknown): AppError {
  return new AppError('malformed-credential', `The Payment credential ${reason}.`, { cause })
}
