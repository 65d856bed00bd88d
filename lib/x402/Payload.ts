import { z } from 'zod'
import { chains } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'
import { decodeJson, shapes, TransferAuthorization } from '@/lib/wire'
import { scheme } from './Requirements'

export const headerV2 = 'PAYMENT-SIGNATURE'
export const headerV1 = 'X-PAYMENT'

const members = z.record(z.string(), z.unknown())

/** What is signed, and the signature: nothing else may stand here. */
const Signed = z.strictObject({ signature: shapes.signature65, authorization: TransferAuthorization.Schema })

/** The requirement that the client says it accepted: compared with ours member by member. */
const Accepted = z.strictObject({
  scheme: z.string().max(64),
  network: z.string().max(64),
  amount: shapes.uint,
  asset: z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'must be 0x and 40 hex digits'),
  payTo: z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'must be 0x and 40 hex digits'),
  maxTimeoutSeconds: z.number(),
  extra: members,
})

const V2 = z.object({
  x402Version: z.literal(2, 'must be 2'),
  // Echoes that nobody signed: shown to people, never believed.
  resource: members.nullish(),
  extensions: members.nullish(),
  accepted: Accepted,
  payload: Signed,
})

const V1 = z.object({
  x402Version: z.literal(1, 'must be 1'),
  scheme: z.string().max(64),
  network: z.string().max(64),
  payload: Signed,
})

/** A credential whose shape is right. `wire` is what was sent, with signed hex in lower case. */
export type Payload = {
  network: Caip2
  signed: z.infer<typeof Signed>
} & (
  | { version: 2; accepted: z.infer<typeof Accepted>; wire: z.infer<typeof V2> }
  | { version: 1; wire: z.infer<typeof V1> }
)

/** The x402 credential in these headers; undefined when there is none.
 * @throws AppError payment-malformed | method-unsupported */
export function fromHeaders(headers: Headers): Payload | undefined {
  const [v2, v1] = [headers.get(headerV2), headers.get(headerV1)]
  if (v2 !== null && v1 !== null)
    throw malformed(`The request carries both ${headerV2} and ${headerV1}. Send one of them.`)
  if (v2 !== null) return fromHeader(headerV2, v2)
  if (v1 !== null) return fromHeader(headerV1, v1)
  return undefined
}

function fromHeader(name: typeof headerV2 | typeof headerV1, text: string): Payload {
  // `Headers` joins repeated headers with a comma, which base64 has not.
  if (text.includes(',')) throw malformed(`The request carries ${name} more than once. Send it once.`)
  try {
    return from(decodeJson(text, 'base64'), name === headerV2 ? 2 : 1)
  } catch (error) {
    if (error instanceof AppError && error.code !== 'payment-malformed') throw error
    throw malformed(`${name} ${error instanceof Error ? error.message : 'is malformed'}.`, error)
  }
}

/**
 * The payload in a decoded credential, as it came or as `Credential.decoded` keeps it.
 * @throws AppError payment-malformed | method-unsupported
 */
export function from(value: unknown, version: 1 | 2): Payload {
  assertOffered(value, version)
  if (version === 2) {
    const wire = parse(V2, value)
    return {
      version,
      network: toNetwork(wire.accepted.network, 2),
      signed: wire.payload,
      accepted: wire.accepted,
      wire,
    }
  }
  const wire = parse(V1, value)
  return { version, network: toNetwork(wire.network, 1), signed: wire.payload, wire }
}

const Taken = z.object({
  scheme: z.string().optional(),
  accepted: z.object({ scheme: z.string().optional() }).optional(),
  payload: z.object({ permit2Authorization: z.unknown().optional() }).optional(),
})

/** Tells "we do not sell for that" from "this is broken", so that the client learns which of the two it is. */
function assertOffered(value: unknown, version: 1 | 2): void {
  const taken = Taken.safeParse(value)
  if (!taken.success) return
  const named = version === 2 ? taken.data.accepted?.scheme : taken.data.scheme
  if (named !== undefined && named !== scheme)
    throw new AppError('method-unsupported', `The only x402 scheme that is taken here is "${scheme}".`)
  if (taken.data.payload?.permit2Authorization !== undefined)
    throw new AppError('method-unsupported', 'Permit2 is not taken here: sign an EIP-3009 authorization.')
}

/** CAIP-2 of the network that a payload names. v1 has names of its own. */
function toNetwork(name: string, version: 1 | 2): Caip2 {
  const chain = chains.find((candidate) => (version === 2 ? candidate.network : candidate.v1Name) === name)
  if (!chain) throw new AppError('method-unsupported', 'The network of the payment is not one that is offered here.')
  return chain.network
}

function parse<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const result = schema.safeParse(value)
  if (!result.success) throw malformed(shapes.explain(result.error))
  return result.data
}

function malformed(message: string, cause?: unknown): AppError {
  return new AppError('payment-malformed', message, { cause })
}
