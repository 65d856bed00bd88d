import type { PaymentRequirements } from '@x402/core/types'
import { z } from 'zod'
import type { Protocol } from '@/lib/payments'
import * as OfferReceipt from './offer-receipt'
import * as Sponsor from './schemes/sponsor'

/**
 * `extensions` of PAYMENT-REQUIRED: how to call the resource (bazaar), sign-in for wallets that already paid
 * (sign-in-with-x), the agent's own payment ids (payment-identifier), how Permit2 gets its allowance (gas
 * sponsoring), and signed offers. Each is { info, schema }.
 */
export type X402Extensions = Readonly<Record<string, X402Extension>>
export type X402Extension = { info: object; schema?: object } & Record<string, unknown>

export const paymentIdentifier = 'payment-identifier'
export const offerReceipt = 'offer-receipt'

const $schema = 'https://json-schema.org/draft/2020-12/schema'
const text = { type: 'string' }

/** The extensions for a request, for these ways to pay. `issuer` signs each offer until `expiresAtMs`. */
export function from(
  agentRequest: Protocol.AgentRequest,
  accepts: readonly PaymentRequirements[],
  signIn: Protocol.SignInRequest | undefined,
  signing: { issuer: OfferReceipt.OfferIssuer; expiresAtMs: number } | undefined,
): X402Extensions {
  const { declared } = agentRequest
  return {
    ...Sponsor.declare(accepts),
    ...(declared && { bazaar: toBazaar(agentRequest, declared) }),
    ...(declared && { [paymentIdentifier]: toIdentifier(declared) }),
    ...(signIn && { 'sign-in-with-x': toSignIn(signIn, accepts) }),
    ...(signing && { [offerReceipt]: toOffers(agentRequest, accepts, signing) }),
  }
}

function toBazaar({ method }: Protocol.AgentRequest, declared: Protocol.Declared): X402Extension {
  const { query, body, output, template, params } = declared
  const hasParams = Object.keys(params).length > 0
  const input = {
    type: 'http',
    method,
    ...(body && { bodyType: 'json', body: body.example }),
    ...(query && { queryParams: query.example }),
    ...(hasParams && { pathParams: params }),
  }
  const properties = {
    type: { type: 'string', const: 'http' },
    method: { type: 'string', enum: [method] },
    ...(body && { bodyType: { type: 'string', enum: ['json'] }, body: body.schema }),
    ...(query && { queryParams: { type: 'object', ...query.schema } }),
    ...(hasParams && { pathParams: toParams(Object.keys(params)) }),
  }
  const required = body ? ['type', 'method', 'bodyType', 'body'] : ['type', 'method']
  return {
    info: { input, ...(output && { output: { type: 'json', example: output.example } }) },
    schema: {
      $schema,
      type: 'object',
      properties: {
        input: { type: 'object', properties, required, additionalProperties: false },
        output: toOutput(output?.schema),
      },
      required: ['input'],
    },
    ...(template !== undefined && { routeTemplate: template }),
  }
}

/** Directories require this schema even if the answer may be anything. */
export function toOutput(example: object = {}): object {
  return { type: 'object', properties: { type: text, example }, required: ['type'] }
}

function toParams(names: readonly string[]): object {
  return { type: 'object', properties: Object.fromEntries(names.map((name) => [name, text])), required: names }
}

function toIdentifier({ identifierRequired }: Protocol.Declared): X402Extension {
  const id = { type: 'string', minLength: 16, maxLength: 128, pattern: '^[a-zA-Z0-9_-]+$' }
  return {
    info: { required: identifierRequired },
    schema: { $schema, type: 'object', properties: { required: { type: 'boolean' }, id }, required: ['required'] },
  }
}

/** One chain for each payable network, in the order of the offers, because clients take the first one they know. */
function toSignIn(info: Protocol.SignInRequest, accepts: readonly PaymentRequirements[]): X402Extension {
  const networks = [...new Set(accepts.map(({ network }) => network))]
  const required = ['domain', 'address', 'uri', 'version', 'chainId', 'type', 'nonce', 'issuedAt', 'signature']
  return {
    info,
    supportedChains: networks.map((chainId) => ({
      chainId,
      type: chainId.startsWith('solana:') ? 'ed25519' : 'eip191',
    })),
    schema: {
      $schema,
      type: 'object',
      properties: Object.fromEntries(required.map((name) => [name, text])),
      required,
    },
  }
}

function toOffers(
  agentRequest: Protocol.AgentRequest,
  accepts: readonly PaymentRequirements[],
  { issuer, expiresAtMs }: { issuer: OfferReceipt.OfferIssuer; expiresAtMs: number },
): X402Extension {
  const validUntil = OfferReceipt.validUntil(expiresAtMs)
  const offers = accepts.map(({ scheme, network, asset, payTo, amount }, index) =>
    issuer.offer(
      { version: 1, resourceUrl: agentRequest.url, scheme, network, asset, payTo, amount, validUntil },
      index,
    ),
  )
  return {
    info: { offers },
    schema: { $schema, type: 'object', properties: { offers: { type: 'array' } }, required: ['offers'] },
  }
}

const Identified = z.object({
  [paymentIdentifier]: z.object({ info: z.object({ id: z.unknown() }) }),
})
const identifierPattern = /^[A-Za-z0-9_-]{16,128}$/

export type PaymentIdentifier = { kind: 'none' } | { kind: 'malformed' } | { kind: 'given'; id: string }

/** The payment id of the client, from the decoded credential. */
export function readIdentifier(decoded: Record<string, unknown>): PaymentIdentifier {
  const read = Identified.safeParse(decoded.extensions)
  const id = read.data?.[paymentIdentifier].info.id
  if (id === undefined) return { kind: 'none' }
  return typeof id === 'string' && identifierPattern.test(id) ? { kind: 'given', id } : { kind: 'malformed' }
}

/** Our own extensions, as a client echoes them. They are unsigned and add nothing. */
const echoed = ['bazaar', 'sign-in-with-x', offerReceipt] as const

/** A credential without these echoes, for comparison and storage. */
export function withoutEchoes<Wire extends { extensions?: Record<string, unknown> | null | undefined }>(
  wire: Wire,
): Wire {
  if (!wire.extensions) return wire
  const kept = Object.entries(wire.extensions).filter(([key]) => !echoed.some((name) => name === key))
  return { ...wire, extensions: Object.fromEntries(kept) }
}
