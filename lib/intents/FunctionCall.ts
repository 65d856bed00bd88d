import {
  encodeFunctionData,
  parseAbi,
  toFunctionSignature,
  type Abi,
  type AbiFunction,
  type AbiParameter,
  type Hex,
} from 'viem'
import { z } from 'zod'
import { AbiSize } from '@/lib/chains'
import { EvmAddress } from '@/lib/money'

/** A function call as people and programs write it in JSON: an ABI, a name and arguments. */

/** What is wrong, and in which of the three fields. */
export class CallFault extends Error {
  override readonly name = 'CallFault'
  readonly field: string

  constructor(field: string, message: string) {
    super(message)
    this.field = field
  }
}

/** The checked part of an item. Functions have inputs; other items may. */
const Item = z.union([
  z.looseObject({
    type: z.literal('function'),
    name: z.string(),
    inputs: z.array(z.looseObject({ type: z.string() })),
  }),
  z.looseObject({ type: z.string() }).refine(({ type }) => type !== 'function'),
])

/**
 * Parses an ABI: JSON items, or lines such as "function transfer(address to, uint256 amount)".
 * @throws CallFault
 */
export function readAbi(input: readonly unknown[]): Abi {
  try {
    if (input.every((item) => typeof item === 'string')) return parseLines(input)
    AbiSize.assertItems(input)
    if (z.array(Item).safeParse(input).success) return input as Abi
  } catch (error) {
    if (error instanceof AbiSize.TooLarge) throw new CallFault('abi', error.message)
    const [reason = ''] = (error as Error).message.split('\n')
    throw new CallFault('abi', `The ABI cannot be read: ${reason}`)
  }
  throw new CallFault('abi', 'Send JSON items, or lines such as "function transfer(address to, uint256 amount)"')
}

function parseLines(lines: readonly string[]): Abi {
  AbiSize.assertLines(lines)
  const abi: Abi = parseAbi(lines)
  AbiSize.assertItems(abi)
  return abi
}

/**
 * Calldata of a function. `wanted` is its name, or its signature if the ABI has several of that name.
 * @throws CallFault that names the field, e.g. "args.1".
 */
export function encode(abi: Abi, wanted: string, args: readonly unknown[]): Hex {
  const item = find(abi, wanted)
  if (args.length !== item.inputs.length) {
    const message = `${toFunctionSignature(item)} takes ${item.inputs.length} arguments, ${args.length} were sent`
    throw new CallFault('args', message)
  }
  const values = item.inputs.map((input, index) => toValue(input, args[index], `args.${index}`))
  try {
    return encodeFunctionData({ abi: [item], args: values })
  } catch (error) {
    const [reason = ''] = (error as Error).message.split('\n')
    throw new CallFault('args', reason)
  }
}

function find(abi: Abi, wanted: string): AbiFunction {
  const functions = abi.filter((item): item is AbiFunction => item.type === 'function')
  const name = wanted.trim().replace(/^function\s+/, '')
  const found = name.includes('(')
    ? functions.filter((item) => toFunctionSignature(item) === name.replace(/\s/g, ''))
    : functions.filter((item) => item.name === name)
  const [first, ...more] = found
  if (!first) throw new CallFault('function', `The ABI has no function ${name}`)
  if (more.length > 0)
    throw new CallFault(
      'function',
      `The ABI has several: write one of ${found.map((item) => toFunctionSignature(item)).join(', ')}`,
    )
  return first
}

type Tuple = AbiParameter & { components?: readonly AbiParameter[] }

/**
 * Converts JSON for the encoder: whole numbers become bigints. A value that does not fit is reported with its place.
 */
function toValue(parameter: Tuple, input: unknown, place: string): unknown {
  const list = /^(.*)\[(\d*)\]$/.exec(parameter.type)
  if (list) {
    const [, type = '', length = ''] = list
    if (!Array.isArray(input)) throw new CallFault(place, `Send a list of ${type}`)
    if (length !== '' && input.length !== Number(length)) throw new CallFault(place, `Send ${length} items`)
    return input.map((item, index) => toValue({ ...parameter, type }, item, `${place}.${index}`))
  }
  if (parameter.type === 'tuple') return toTuple(parameter, input, place)
  if (/^u?int\d*$/.test(parameter.type)) return toInteger(parameter.type, input, place)
  const expected = { bool: 'boolean' }[parameter.type] ?? 'string'
  if (typeof input !== expected) throw new CallFault(place, `Send a ${parameter.type} as a ${expected}`)
  if (parameter.type !== 'address') return input
  // The encoder also refuses a wrong checksum, but without its place; and it refuses addresses in upper case.
  const fault = EvmAddress.faultOf(input as string)
  if (fault) throw new CallFault(place, `This ${fault}`)
  return (input as string).toLowerCase()
}

function toTuple({ components = [] }: Tuple, input: unknown, place: string): unknown {
  if (Array.isArray(input) && input.length === components.length)
    return components
      .map((component, index) => toValue(component, input[index], `${place}.${index}`))
      .reduce(
        (tuple: Record<string, unknown>, value, index) => ({
          ...tuple,
          [components[index]?.name || String(index)]: value,
        }),
        {},
      )
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new CallFault(place, `Send an object with ${components.map(({ name }) => name).join(', ')}`)
  const fields = input as Record<string, unknown>
  return Object.fromEntries(
    components.map((component) => {
      const name = component.name ?? ''
      return [name, toValue(component, fields[name], `${place}.${name}`)]
    }),
  )
}

/** Decimal or hex text, or a number that JavaScript holds exactly. */
function toInteger(type: string, input: unknown, place: string): bigint {
  const value = readInteger(input)
  if (value === undefined)
    throw new CallFault(place, 'Send a whole number as text, decimal or 0x hex: JSON numbers lose digits above 2^53')
  const bits = BigInt(type.replace(/\D/g, '') || 256)
  const signed = type.startsWith('int')
  const [least, most] = signed ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] : [0n, (1n << bits) - 1n]
  if (value < least || value > most) throw new CallFault(place, `This does not fit into ${type}`)
  return value
}

/** A whole number in JSON; undefined if the value is none. */
export function readInteger(input: unknown): bigint | undefined {
  if (typeof input === 'number') return Number.isSafeInteger(input) ? BigInt(input) : undefined
  return typeof input === 'string' && /^(-?[0-9]{1,78}|0x[0-9a-f]{1,64})$/i.test(input) ? BigInt(input) : undefined
}
