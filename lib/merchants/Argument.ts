import type { AbiParameter } from 'viem'
import { getAddress } from 'viem'
import { EvmAddress } from '@/lib/money'

/** One argument of an execution: fixed by the merchant, or taken from the request that buys it. */
export type Argument = { literal: ArgumentJson } | ArgumentRule

/** JSON in which whole numbers for a contract may be decimal strings. */
export type ArgumentJson =
  | string
  | number
  | boolean
  | null
  | readonly ArgumentJson[]
  | { readonly [name: string]: ArgumentJson }

/** Where a request provides a value, and its limits. */
export type ArgumentRule = {
  from: ArgumentSource
  name: string
  /** Of a number, inclusive, decimal. */
  min?: string | undefined
  max?: string | undefined
  /** Of an address: one of these, lower-case. */
  allowed?: readonly string[] | undefined
  /** Of `string` and `bytes`. */
  maxBytes?: number | undefined
}

export const sources = ['path', 'query', 'body'] as const
export type ArgumentSource = (typeof sources)[number]

/** The values of a request, by where they are. */
export type GivenArguments = Readonly<Record<ArgumentSource, Readonly<Record<string, unknown>>>>

/** Longest `string` or `bytes` of a request, unless the merchant sets another limit: it is paid for as calldata. */
export const bytesDefault = 256
export const bytesMax = 8_192

type Parameter = Pick<AbiParameter, 'type'> & {
  name?: string | undefined
  components?: readonly Parameter[] | undefined
}

/** Whether a request may provide it: arrays and structs are fixed by the merchant. */
export function isElementary({ type }: Pick<AbiParameter, 'type'>): boolean {
  return /^(u?int\d*|address|bool|string|bytes\d*)$/.test(type)
}

/** "body.message": the name in an error. */
export function nameOf({ from, name }: ArgumentRule): string {
  return `${from}.${name}`
}

/**
 * The value for the contract call: numbers as decimal strings, addresses with their checksum, bytes as hex.
 * @throws RangeError whose message says what the value must be.
 */
export function resolve(argument: Argument, parameter: Parameter, given: GivenArguments): ArgumentJson {
  if ('literal' in argument) return coerce(argument.literal, parameter)
  const raw = Object.hasOwn(given[argument.from], argument.name) ? given[argument.from][argument.name] : undefined
  if (raw === undefined) throw new RangeError(`is missing: ${inWords(argument, parameter)}`)
  const value = coerce(raw, parameter)
  bound(value, argument, parameter)
  return value
}

/** "a whole number from 1 to 10": the value that a request must provide. */
export function inWords(wanted: ArgumentRule, { type }: Parameter): string {
  const { min, max, allowed, maxBytes = bytesDefault } = wanted
  if (type === 'address') return allowed ? `one of ${allowed.map((one) => getAddress(one)).join(', ')}` : 'an address'
  if (type === 'bool') return 'true or false'
  if (type === 'string') return `text of at most ${maxBytes} bytes`
  if (type === 'bytes') return `at most ${maxBytes} bytes as 0x and hex digits`
  if (type.startsWith('bytes')) return `${type.slice('bytes'.length)} bytes as 0x and hex digits`
  if (min !== undefined && max !== undefined) return `a whole number from ${min} to ${max}`
  if (min !== undefined) return `a whole number of at least ${min}`
  if (max !== undefined) return `a whole number of at most ${max}`
  return `a whole number that fits ${type}`
}

function bound(value: ArgumentJson, wanted: ArgumentRule, parameter: Parameter): void {
  const { min, max, allowed, maxBytes = bytesDefault } = wanted
  const { type } = parameter
  const text = String(value)
  const isWithin = /^u?int/.test(type)
    ? (min === undefined || BigInt(text) >= BigInt(min)) && (max === undefined || BigInt(text) <= BigInt(max))
    : type === 'address'
      ? !allowed || allowed.includes(text.toLowerCase())
      : type === 'string'
        ? Buffer.byteLength(text) <= maxBytes
        : type !== 'bytes' || (text.length - 2) / 2 <= maxBytes
  if (!isWithin) throw new RangeError(`must be ${inWords(wanted, parameter)}`)
}

/** JSON as a value of an ABI type. @throws RangeError */
export function coerce(raw: unknown, parameter: Parameter): ArgumentJson {
  const { type } = parameter
  const array = /^(.*)\[(\d*)\]$/.exec(type)
  if (array) return coerceArray(raw, { ...parameter, type: array[1] ?? '' }, array[2] ?? '')
  if (type === 'tuple') return coerceTuple(raw, parameter.components ?? [])
  if (/^u?int/.test(type)) return coerceNumber(raw, type)
  if (type === 'address') return coerceAddress(raw)
  if (type === 'bool') {
    if (raw === true || raw === 'true') return true
    if (raw === false || raw === 'false') return false
    throw new RangeError('must be true or false')
  }
  if (type === 'string') {
    if (typeof raw === 'string') return raw
    throw new RangeError('must be text')
  }
  if (type.startsWith('bytes')) return coerceBytes(raw, type.slice('bytes'.length))
  throw new RangeError(`is a ${type}, which cannot be given here`)
}

function coerceArray(raw: unknown, item: Parameter, length: string): ArgumentJson {
  if (!Array.isArray(raw)) throw new RangeError('must be a list')
  if (length !== '' && raw.length !== Number(length)) throw new RangeError(`must be a list of ${length}`)
  return raw.map((one) => coerce(one, item))
}

function coerceTuple(raw: unknown, components: readonly Parameter[]): ArgumentJson {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw new RangeError('must be an object')
  const members = raw as Record<string, unknown>
  return Object.fromEntries(
    components.map((component) => [component.name ?? '', coerce(members[component.name ?? ''], component)]),
  )
}

function coerceNumber(raw: unknown, type: string): ArgumentJson {
  const text = typeof raw === 'number' && Number.isSafeInteger(raw) ? String(raw) : raw
  if (typeof text !== 'string' || !/^-?(0|[1-9]\d{0,77})$/.test(text))
    throw new RangeError('must be a whole number, large ones as a decimal string')
  const value = BigInt(text)
  const bits = BigInt(/\d+$/.exec(type)?.[0] ?? '256')
  const [low, high] = type.startsWith('u') ? [0n, 2n ** bits - 1n] : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n]
  if (value < low || value > high) throw new RangeError(`must fit ${type}`)
  return value.toString()
}

/** A mixed-case address carries a checksum: a wrong one is a typing error. */
function coerceAddress(raw: unknown): ArgumentJson {
  if (typeof raw !== 'string') throw new RangeError('must be an address, 0x and 40 hex digits')
  const fault = EvmAddress.faultOf(raw)
  if (fault) throw new RangeError(fault)
  return getAddress(raw)
}

function coerceBytes(raw: unknown, size: string): ArgumentJson {
  if (typeof raw !== 'string' || !/^0x([0-9a-fA-F]{2})*$/.test(raw)) throw new RangeError('must be 0x and hex digits')
  if (size !== '' && raw.length - 2 !== 2 * Number(size)) throw new RangeError(`must be ${size} bytes`)
  return raw.toLowerCase()
}
