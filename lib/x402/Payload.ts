import { z } from 'zod'
import { Address, Chain, chains } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'
import { decodeJson, shapes } from '@/lib/protocol-shared'
import { malformed, parse } from './parse'
import * as Requirements from './Requirements'
import type { ParsedPayload, Scheme } from './Scheme'
import { schemes } from './schemes'

export const headerV2 = 'PAYMENT-SIGNATURE'
export const headerV1 = 'X-PAYMENT'

const members = z.record(z.string(), z.unknown())
/** An address on any network. The comparison with our own requirement checks the exact form. */
const account = z.string().regex(/^[0-9A-Za-z]{32,64}$/, 'must be an address')

/** The requirement that the client says it accepted. It is compared with ours member by member. */
const AcceptedRequirements = z.strictObject({
  scheme: z.string().max(64),
  network: z.string().max(64),
  amount: shapes.uint,
  asset: account,
  payTo: account,
  maxTimeoutSeconds: z.number(),
  extra: members,
})
export type AcceptedRequirements = z.infer<typeof AcceptedRequirements>

const V2 = z.object({
  x402Version: z.literal(2, 'must be 2'),
  // Unsigned echoes: shown to people, never trusted.
  resource: members.nullish(),
  extensions: members.nullish(),
  accepted: AcceptedRequirements,
  payload: members,
})

const V1 = z.object({
  x402Version: z.literal(1, 'must be 1'),
  scheme: z.string().max(64),
  network: z.string().max(64),
  payload: members,
})

/** A credential whose shape is valid. `wire` is what the client sent, with signed hex in lower case. */
export type X402Payload = {
  network: Caip2
  /** Canonical address of the token. v1 names no token, so there it is the network's default one. */
  asset: string
  scheme: Scheme
  signed: ParsedPayload
} & (
  | { version: 2; accepted: AcceptedRequirements; wire: z.infer<typeof V2> }
  | { version: 1; wire: z.infer<typeof V1> }
)

/** The payment of a request, still encoded, with its header. */
export type CarriedPayment = { name: typeof headerV2 | typeof headerV1; version: 1 | 2; text: string }

/**
 * The x402 payment in a request's headers; undefined if there is none. Wallets send one payment in both headers, for
 * servers of either version. Like the reference implementation, this reads PAYMENT-SIGNATURE and then ignores
 * X-PAYMENT.
 * @throws AppError payment-malformed if one header holds two payments
 */
export function carried(headers: Headers): CarriedPayment | undefined {
  const [v2, v1] = [headers.get(headerV2), headers.get(headerV1)]
  if (v2 !== null) return { name: headerV2, version: 2, text: single(headerV2, v2) }
  if (v1 !== null) return { name: headerV1, version: 1, text: single(headerV1, v1) }
  return undefined
}

/** `Headers` joins repeated headers with a comma, which base64 does not contain. Equal repeats count as one payment. */
function single(name: string, text: string): string {
  const [first = '', ...others] = text.split(',').map((part) => part.trim())
  if (others.some((other) => other !== first))
    throw malformed(`The request carries two payments in ${name}. Send one of them.`)
  return first
}

/**
 * The x402 credential in these headers; undefined if there is none.
 * @throws AppError payment-malformed | method-unsupported
 */
export function fromHeaders(headers: Headers): X402Payload | undefined {
  const found = carried(headers)
  if (!found) return undefined
  const { name, version, text } = found
  try {
    return from(decodeJson(text, 'base64'), version)
  } catch (error) {
    if (error instanceof AppError && error.code !== 'payment-malformed') throw error
    throw malformed(`${name} ${error instanceof Error ? error.message : 'is malformed'}.`, error)
  }
}

/**
 * The payload in a decoded credential, either from the client or from `Credential.decoded`.
 * @throws AppError payment-malformed | method-unsupported
 */
export function from(value: unknown, version: 1 | 2): X402Payload {
  assertOffered(value, version)
  if (version === 2) {
    const wire = parse(V2, value)
    const { accepted } = wire
    const network = toNetwork(accepted.network, 2)
    for (const name of ['payTo', 'asset'] as const)
      if (!Address.isValid(network, accepted[name]))
        throw malformed(`accepted.${name} ${Address.faultOf(network, accepted[name])}.`)
    const asset = Address.canonical(network, accepted.asset)
    const read = signedOf(accepted.scheme, wire.payload, network, asset, wire.extensions ?? {})
    return { version, network, asset, ...read, accepted, wire: { ...wire, payload: read.signed.payload } }
  }
  const wire = parse(V1, value)
  const network = toNetwork(wire.network, 1)
  const asset = Address.canonical(network, Requirements.defaultToken(network))
  const read = signedOf(wire.scheme, wire.payload, network, asset, {})
  return { version, network, asset, ...read, wire: { ...wire, payload: read.signed.payload } }
}

/** The first scheme of that name that recognizes the payload's shape. */
function signedOf(
  named: string,
  payload: unknown,
  network: Caip2,
  asset: string,
  extensions: Record<string, unknown>,
): { scheme: Scheme; signed: ParsedPayload } {
  for (const scheme of schemes) {
    const signed = scheme.scheme === named ? scheme.parse(payload, network, asset, extensions) : undefined
    if (signed) return { scheme, signed }
  }
  throw new AppError('method-unsupported', 'The payload is of no kind that is taken here.')
}

const Named = z.object({
  scheme: z.string().optional(),
  accepted: z.object({ scheme: z.string().optional() }).optional(),
})

/** Separates an unsupported method from a broken payload, so that the client gets the right error. */
function assertOffered(value: unknown, version: 1 | 2): void {
  const read = Named.safeParse(value)
  if (!read.success) return
  const named = version === 2 ? read.data.accepted?.scheme : read.data.scheme
  if (named === undefined || schemes.some(({ scheme }) => scheme === named)) return
  const known = [...new Set(schemes.map(({ scheme }) => `"${scheme}"`))].join(', ')
  throw new AppError('method-unsupported', `The x402 schemes that are taken here are ${known}.`, {
    extra: { reason: 'scheme' },
  })
}

/** CAIP-2 of the network that a payload names. v1 has its own names. */
function toNetwork(name: string, version: 1 | 2): Caip2 {
  const chain = version === 2 ? Chain.find(name) : chains.find(({ v1Name }) => v1Name === name)
  if (!chain)
    throw new AppError('method-unsupported', 'The network of the payment is not one that is offered here.', {
      extra: { reason: 'network' },
    })
  return chain.network
}
