import { getAddress } from 'viem'
import { z } from 'zod'
import { urgencies, type CallUrgency } from '@/lib/chains'
import { AppError, type FieldError } from '@/lib/errors'
import { EvmAddress, type Caip2 } from '@/lib/money'
import * as Abi from './Abi'
import * as Argument from './Argument'

/** The calls that run on chain when it is bought, instead of a request to a URL. */
export type Execution = {
  network: Caip2
  /** At least one, in order; each waits for the one before it. */
  calls: readonly ExecutionCall[]
  urgency: CallUrgency
  /** Seconds after the purchase until it is given up. */
  deadlineSeconds: number
  /** The finality from which on the buyer sees it as done; absent: the policy's. */
  finality?: ExecutionFinality | undefined
}

export type ExecutionCall = {
  /** Checksummed. */
  to: `0x${string}`
  /** One function with the names of its arguments: "function sign(string message)". */
  abi: string
  /** One for each argument of the function. */
  args: readonly Argument.Argument[]
  /** Wei, decimal, or a value of the request. */
  value: { literal: string } | (Argument.ArgumentRule & { max: string })
}

export const finalities = ['included', 'safe', 'final'] as const
export type ExecutionFinality = (typeof finalities)[number]

const callsMax = 8
const deadlineSecondsMin = 30
const deadlineSecondsMax = 86_400

const decimal = z
  .string()
  .trim()
  .regex(/^-?(0|[1-9]\d{0,77})$/, 'Write a whole number')

const Json: z.ZodType<Argument.ArgumentJson> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(Json), z.record(z.string(), Json)]),
)

const Wanted = z.strictObject({
  from: z.enum(Argument.sources, 'Choose where the request brings it'),
  name: z
    .string()
    .trim()
    .regex(/^[A-Za-z_]\w{0,63}$/, 'Name it with letters, digits and _'),
  min: decimal.optional(),
  max: decimal.optional(),
  allowed: z
    .array(
      z
        .string()
        .trim()
        .refine(
          EvmAddress.isValid,
          'Write addresses, 0x and 40 hex digits, with the capitals that they have or with none',
        )
        .transform((text) => text.toLowerCase()),
    )
    .max(50, 'Allow at most 50 addresses')
    .optional(),
  maxBytes: z.coerce
    .number('Write how many bytes')
    .int('Write a whole number')
    .min(1, 'Allow at least one byte')
    .max(Argument.bytesMax, `Allow at most ${Argument.bytesMax} bytes`)
    .optional(),
})

const Literal = z.strictObject({ literal: Json })

const CallSchema = z.strictObject({
  to: z
    .string()
    .trim()
    .refine(
      EvmAddress.isValid,
      'Write the address of the contract, 0x and 40 hex digits, with the capitals that it has or with none',
    )
    .transform((text) => getAddress(text)),
  abi: z.string().transform((text, context) => {
    try {
      return Abi.format(Abi.parse(text))
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message })
      return z.NEVER
    }
  }),
  args: z.array(z.union([Literal, Wanted])).max(20),
  value: z.union([z.strictObject({ literal: decimal }), Wanted.extend({ max: decimal })]).default({ literal: '0' }),
})

/** As it is typed; the form sends exactly this. Errors are at paths such as ['calls', 0, 'args', 1]. */
export const Schema = z
  .strictObject({
    network: z.string().transform((text) => text as Caip2),
    calls: z.array(CallSchema).min(1, 'Add a call').max(callsMax, `Use at most ${callsMax} calls`),
    urgency: z.enum(urgencies, 'Choose how urgent it is').default('standard'),
    deadlineSeconds: z.coerce
      .number('Write seconds, for example 300')
      .int('Write whole seconds')
      .min(deadlineSecondsMin, `Use at least ${deadlineSecondsMin} seconds`)
      .max(deadlineSecondsMax, `Use at most ${deadlineSecondsMax} seconds (a day)`)
      .default(300),
    finality: z.enum(finalities, 'Choose from when on it counts').optional(),
  })
  .superRefine(({ calls }, context) => {
    calls.forEach((call, at) => {
      const issue = (path: (string | number)[], message: string) =>
        context.addIssue({ code: 'custom', path: ['calls', at, ...path], message })
      checkCall(call, issue)
    })
  })

type Issue = (path: (string | number)[], message: string) => void

function checkCall({ abi, args, value }: z.output<typeof CallSchema>, issue: Issue): void {
  const { inputs, stateMutability, name } = Abi.parse(abi)
  if (args.length !== inputs.length)
    return issue(
      ['args'],
      `${name} takes ${inputs.length} argument${inputs.length === 1 ? '' : 's'}, not ${args.length}`,
    )
  inputs.forEach((input, index) => {
    const fault = faultOf(args[index] ?? { literal: null }, input)
    if (fault) issue(['args', index], fault)
  })
  if (stateMutability !== 'payable' && !('literal' in value && value.literal === '0'))
    issue(['value'], `${name} takes no value: it is not payable`)
  const fault = faultOf(value, { type: 'uint256' })
  if (fault) issue(['value'], fault)
}

/** Why a template can never produce a value of this type; undefined if it can. */
function faultOf(argument: Argument.Argument, parameter: { type: string }): string | undefined {
  try {
    if ('literal' in argument) {
      Argument.coerce(argument.literal, parameter)
      return undefined
    }
    const { type } = parameter
    if (!Argument.isElementary(parameter)) return `Write it down: a request cannot bring ${type}`
    const { min, max, allowed, maxBytes } = argument
    const isNumber = /^u?int/.test(type)
    if (!isNumber && (min !== undefined || max !== undefined)) return `Only numbers have a least and a most`
    if (type !== 'address' && allowed) return 'Only an address can be one of several'
    if (type !== 'string' && type !== 'bytes' && maxBytes !== undefined) return 'Only text and bytes have a length'
    for (const limit of [min, max]) if (limit !== undefined) Argument.coerce(limit, parameter)
    if (min !== undefined && max !== undefined && BigInt(min) > BigInt(max)) return 'The least is above the most'
    return undefined
  } catch (error) {
    return `The value ${(error as Error).message}`
  }
}

/** Every value that a request must provide, once each, with the type that the contract needs. */
export function wanted({
  calls,
}: Pick<Execution, 'calls'>): readonly { wanted: Argument.ArgumentRule; type: string }[] {
  const found = new Map<string, { wanted: Argument.ArgumentRule; type: string }>()
  for (const { abi, args, value } of calls) {
    const types = Abi.parse(abi).inputs.map(({ type }) => type)
    for (const [index, argument] of [...args, value].entries())
      if (!('literal' in argument) && !found.has(Argument.nameOf(argument)))
        found.set(Argument.nameOf(argument), { wanted: argument, type: types[index] ?? 'uint256' })
  }
  return [...found.values()]
}

/** The values that a request must provide, in words: "body.message", "text of at most 140 bytes". */
export function inWords(execution: Pick<Execution, 'calls'>): { name: string; words: string }[] {
  return wanted(execution).map(({ wanted: one, type }) => ({
    name: Argument.nameOf(one),
    words: Argument.inWords(one, { type }),
  }))
}

/** A request in the form of `POST /api/v1/transactions`. */
export type TransactionsRequest = {
  network: Caip2
  calls: { to: `0x${string}`; abi: string[]; function: string; args: Argument.ArgumentJson[]; value: string }[]
  urgency: CallUrgency
  /** Seconds after it is accepted. */
  deadline: number
  finality?: ExecutionFinality
}

/** The parts of a request, as the gateway has them. */
export type ActionInput = {
  params: Readonly<Record<string, string>>
  /** Without "?". */
  query: string
  /** Decoded; undefined if there was none. @see bodyOf */
  body: unknown
}

/**
 * The transactions that one request buys.
 * @throws AppError bad-input with one entry per argument, named as in the request: "body.message".
 */
export function toRequest(execution: Execution, brought: ActionInput): TransactionsRequest {
  const given = toGiven(brought)
  const errors: FieldError[] = []
  const calls = execution.calls.map(({ to, abi, args, value }) => {
    const { name, inputs } = Abi.parse(abi)
    const read = (argument: Argument.Argument, parameter: { type: string }): Argument.ArgumentJson => {
      try {
        return Argument.resolve(argument, parameter, given)
      } catch (error) {
        const field = 'literal' in argument ? 'execution' : Argument.nameOf(argument)
        if (!errors.some((known) => known.field === field)) errors.push({ field, message: (error as Error).message })
        return null
      }
    }
    const values = inputs.map((input, index) => read(args[index] ?? { literal: null }, input))
    return { to, abi: [abi], function: name, args: values, value: String(read(value, { type: 'uint256' })) }
  })
  if (errors.length > 0) throw new AppError('bad-input', sentence(errors), { fields: errors })
  const { network, urgency, deadlineSeconds, finality } = execution
  return { network, calls, urgency, deadline: deadlineSeconds, ...(finality && { finality }) }
}

function sentence([first, ...others]: readonly FieldError[]): string {
  const more = others.length > 0 ? ` ${others.length} more ${others.length === 1 ? 'is' : 'are'} wrong.` : ''
  return `${first?.field} ${first?.message}.${more} You were not charged.`
}

function toGiven({ params, query, body }: ActionInput): Argument.GivenArguments {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body)
  return {
    path: params,
    query: Object.fromEntries(new URLSearchParams(query)),
    body: isObject ? (body as Record<string, unknown>) : {},
  }
}

/** Whether a request provides any of the values: one that provides none only asks for the price. */
export function bringsAny(execution: Execution, brought: ActionInput): boolean {
  const given = toGiven(brought)
  const free = wanted(execution).filter(({ wanted: { from } }) => from !== 'path')
  return free.length === 0 || free.some(({ wanted: { from, name } }) => Object.hasOwn(given[from], name))
}
