import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Abi, Address, Hex } from 'viem'
import { z } from 'zod'
import { Chain, servedEvmNetworks, submissions, urgencies, type Submission, type CallUrgency } from '@/lib/chains'
import { AppError, type FieldError } from '@/lib/errors'
import { EvmAddress, type Caip2 } from '@/lib/money'
import { ExecutionPolicy } from '@/lib/policies'
import { CallFault, encode, readAbi, readInteger } from './FunctionCall'

/** A request for calls on chain, in canonical form: two requests with the same meaning are equal. */
export type ExecutionRequest = {
  network: Caip2
  /** Several calls are sent in this order, each after the one before it is in a block and did not revert. */
  calls: readonly [RequestedCall, ...RequestedCall[]]
  urgency: CallUrgency
  /** Unix milliseconds, or seconds from acceptance. */
  deadline: { atMs: number } | { inS: number } | null
  /** Maximum fee of one transaction, wei; null = as much as the policy allows. */
  maxFeeWei: bigint | null
  submission: Submission | null
  finality: ExecutionPolicy.PolicyFinality | null
  /** Lower-case; null = the least busy one. */
  signer: Address | null
  callbackUrl: string | null
}

export type RequestedCall = {
  /** Lower-case. */
  to: Address
  /** Lower-case. */
  data: Hex
  valueWei: bigint
  /** Used to decode a revert; not part of the request's hash. */
  abi: Abi
}

export const callsMax = 10
const dataBytesMax = 64 * 1024
const deadlineSecondsMax = 7 * 24 * 3_600

const address = z
  .string('Send an address, 0x and 40 hex digits')
  .trim()
  .transform((text, context) => {
    const fault = EvmAddress.faultOf(text)
    if (fault) context.addIssue({ code: 'custom', message: `This ${fault}` })
    return text.toLowerCase() as Address
  })

const wei = z
  .union([z.string(), z.number()], 'Send wei as a whole number in text, decimal or 0x hex')
  .transform((input, context) => {
    const value = readInteger(input)
    if (value !== undefined && value >= 0n && value < 1n << 256n) return value
    context.addIssue({ code: 'custom', message: 'Send wei as a whole number in text, decimal or 0x hex' })
    return z.NEVER
  })

const callShape = {
  to: address,
  data: z
    .string()
    .regex(/^0x([0-9a-f]{2})*$/i, 'Send call data as 0x and an even number of hex digits')
    .max(2 + 2 * dataBytesMax, `Send at most ${dataBytesMax} bytes of call data`)
    .transform((text) => text.toLowerCase() as Hex)
    .optional(),
  abi: z.array(z.unknown()).optional(),
  function: z.string().min(1).max(500).optional(),
  args: z.array(z.unknown()).optional(),
  value: wei.default(0n),
}

const termsShape = {
  network: z
    .string('Name the network, for example eip155:8453')
    .refine((text) => servedEvmNetworks().includes(text as Caip2), {
      error: () => `This server serves ${servedEvmNetworks().join(', ')}`,
    }),
  urgency: z.enum(urgencies).default('standard'),
  deadline: z
    .union([
      z.iso.datetime({ offset: true }).transform((text) => ({ atMs: Date.parse(text) })),
      z
        .int()
        .min(1)
        .max(deadlineSecondsMax)
        .transform((inS) => ({ inS })),
    ])
    .nullish(),
  maxFee: wei.refine((fee) => fee > 0n, 'Send more than zero, or leave it out').nullish(),
  submission: z.enum(submissions).nullish(),
  finality: z.enum(ExecutionPolicy.finalities).nullish(),
  signer: address.nullish(),
  callbackUrl: z
    .url({ protocol: /^https?$/, error: 'Send the whole URL that is to be told, https://…' })
    .max(2_048)
    .refine((text) => new URL(text).username === '', 'Leave user and password out of the URL')
    .nullish(),
  idempotencyKey: z.unknown().optional(),
}

const One = z.strictObject({ ...callShape, ...termsShape })
const Several = z.strictObject({
  ...termsShape,
  calls: z
    .array(z.strictObject(callShape))
    .min(1, 'Send at least one call')
    .max(callsMax, `Send at most ${callsMax} calls`),
})

/**
 * Parses a request: { network, to, data | (abi, function, args), value, … } or { network, calls: [{ to, … }], … }.
 * @throws AppError bad-input; its errors name each field (`calls.1.args.0`) and how to fix it.
 */
export function parse(input: unknown): ExecutionRequest {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw refused([{ field: 'body', message: 'Send a JSON object, with Content-Type: application/json' }])
  const several = 'calls' in input
  const parsed = several ? Several.safeParse(input) : One.safeParse(input)
  if (!parsed.success) throw refused(fieldsOf(parsed.error))
  const { data: body } = parsed
  const items = 'calls' in body ? body.calls : [body]
  const calls = items.map((call, index) => toCall(call, several ? `calls.${index}.` : ''))
  const network = body.network as Caip2
  const family = Chain.get(network).family
  const faults = calls.flatMap(({ valueWei }, index) =>
    family === 'tempo' && valueWei > 0n
      ? [{ field: several ? `calls.${index}.value` : 'value', message: 'Tempo has no native token: send 0' }]
      : [],
  )
  if (faults.length > 0) throw refused(faults)
  return {
    network,
    calls: calls as [RequestedCall, ...RequestedCall[]],
    urgency: body.urgency,
    deadline: body.deadline ?? null,
    maxFeeWei: body.maxFee ?? null,
    submission: body.submission ?? null,
    finality: body.finality ?? null,
    signer: body.signer ?? null,
    callbackUrl: body.callbackUrl ?? null,
  }
}

const keyPattern = /^[\x21-\x7e]{1,255}$/
/** Keys reserved for actions that a payment or a voucher bought (lib/gateway). A caller's key must not match. */
const ownPattern = /^(payment|voucher):/

/**
 * The idempotency key of the header `Idempotency-Key` or of the body field; undefined without one.
 * @throws AppError bad-input if it is malformed, or if both are present and differ.
 */
export function readIdempotencyKey(header: string | null, body: unknown): string | undefined {
  const field = (body as { idempotencyKey?: unknown } | null | undefined)?.idempotencyKey
  if (field !== undefined && field !== null && (typeof field !== 'string' || !keyPattern.test(field)))
    throw refused([{ field: 'idempotencyKey', message: 'Send 1 to 255 visible ASCII characters, for example a UUID' }])
  if (header !== null && !keyPattern.test(header))
    throw refused([{ field: 'Idempotency-Key', message: 'Send 1 to 255 visible ASCII characters, for example a UUID' }])
  if (header !== null && typeof field === 'string' && header !== field)
    throw refused([
      { field: 'idempotencyKey', message: 'The header Idempotency-Key says something else: send one of them' },
    ])
  const key = header ?? (typeof field === 'string' ? field : undefined)
  if (key !== undefined && ownPattern.test(key)) {
    const name = header === null ? 'idempotencyKey' : 'Idempotency-Key'
    throw refused([
      { field: name, message: 'Begin it otherwise: payment: and voucher: are for what agents have bought' },
    ])
  }
  return key
}

/** The request for storage and comparison: amounts are decimal strings, hex is lower-case, absent is null. */
export function toBody(request: ExecutionRequest) {
  const { calls, maxFeeWei, deadline, ...rest } = request
  return {
    ...rest,
    calls: calls.map(({ to, data, valueWei }) => ({ to, data, value: valueWei.toString() })),
    maxFee: maxFeeWei?.toString() ?? null,
    deadline: deadline && ('atMs' in deadline ? new Date(deadline.atMs).toISOString() : deadline.inS),
  }
}

/** SHA-256 of the body in canonical JSON (RFC 8785). */
export function hash(request: ExecutionRequest): Buffer {
  return createHash('sha256')
    .update(canonicalize(toBody(request)) ?? '')
    .digest()
}

/** The members that a policy decides on. */
export function toPolicySubject({
  network,
  calls,
  urgency,
  submission,
  finality,
  maxFeeWei,
}: ExecutionRequest): ExecutionPolicy.PolicySubject {
  return { network, calls, urgency, submission, finality, maxFeeWei }
}

type CallInput = {
  to: Address
  data?: Hex | undefined
  abi?: unknown[] | undefined
  function?: string | undefined
  args?: unknown[] | undefined
  value: bigint
}

function toCall(call: CallInput, place: string): RequestedCall {
  const { to, data, value } = call
  try {
    const abi = call.abi ? readAbi(call.abi) : []
    if (call.function === undefined) {
      if (call.args) throw new CallFault('function', 'Name the function that the arguments are for')
      if (data === undefined && value === 0n)
        throw new CallFault('data', 'Send data, or abi, function and args; or a value for a plain transfer')
      return { to, data: data ?? '0x', valueWei: value, abi }
    }
    if (data !== undefined) throw new CallFault('data', 'Send either data, or abi, function and args')
    if (!call.abi) throw new CallFault('abi', 'Send the ABI that the function is in')
    return { to, data: encode(abi, call.function, call.args ?? []), valueWei: value, abi }
  } catch (error) {
    if (error instanceof CallFault) throw refused([{ field: `${place}${error.field}`, message: error.message }])
    throw error
  }
}

function fieldsOf(error: z.ZodError): FieldError[] {
  return error.issues.flatMap((issue) => {
    const field = issue.path.join('.')
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        field: field ? `${field}.${key}` : key,
        message: 'There is no such field: see /api/v1/openapi.json',
      }))
    if (issue.path[0] === 'deadline')
      return [{ field, message: 'Send an ISO 8601 time with its zone, or whole seconds from now, at most seven days' }]
    return [{ field: field || 'body', message: issue.message }]
  })
}

function refused(fields: readonly FieldError[]): AppError {
  const [first] = fields
  const detail = first ? `${first.field}: ${first.message}.` : 'Some fields are not right.'
  return new AppError('bad-input', detail, { fields })
}
