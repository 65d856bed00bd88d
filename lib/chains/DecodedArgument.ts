import type { AbiParameter } from 'viem'

/** A decoded value as JSON: whole numbers as decimal strings, tuples and lists as they are, long ones cut. */
export type PlainValue = string | boolean | readonly PlainValue[] | { readonly [name: string]: PlainValue }

/** An argument of a call, or of an error, with the name and the type that the ABI gives it. */
export type DecodedArgument = { name: string; type: string; value: PlainValue }

const textMax = 512
const itemsMax = 32

/** Pairs decoded values with their ABI names and types. Unnamed ones are numbered from 0. */
export function argumentsOf(inputs: readonly AbiParameter[], values: readonly unknown[]): DecodedArgument[] {
  return inputs.map(({ name, type }, at) => ({ name: name || String(at), type, value: plain(values[at]) }))
}

/** Arguments in one line: "0x12…, 7, [1, 2]". */
export function inLine(args: readonly DecodedArgument[]): string {
  return args.map(({ value }) => show(value)).join(', ')
}

function plain(value: unknown): PlainValue {
  if (typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.slice(0, itemsMax).map(plain)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]))
  const text = String(value)
  return text.length > textMax ? `${text.slice(0, textMax)}…` : text
}

function show(value: PlainValue): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`
  return `(${Object.values(value).map(show).join(', ')})`
}
