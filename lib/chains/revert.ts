import { decodeErrorResult, parseAbi, toFunctionSelector, type Abi, type AbiParameter, type Hex } from 'viem'
import { argumentsOf, inLine, type DecodedArgument } from './DecodedArgument'
import { knownErrors } from './known-errors'

/** A decoded revert, and where its meaning comes from. */
export type Revert = {
  /** abi: the call's ABI. standard: Solidity's own. known: a library known here. unknown: only a selector. */
  by: 'abi' | 'standard' | 'known' | 'unknown'
  /** One line: the contract's words, or the error with its arguments. */
  message: string
  /** First four bytes; absent without data. */
  selector?: Hex
  name?: string
  args?: readonly DecodedArgument[]
}

type ErrorItem = { type: 'error'; name: string; inputs: readonly AbiParameter[] }

const silent = 'execution reverted'
const standard = bySelector(parseAbi(['error Error(string reason)', 'error Panic(uint256 code)']))
const known = bySelector(knownErrors)

/** Solidity's panic codes. */
const panics: Record<string, string> = {
  '1': 'an assertion failed',
  '17': 'arithmetic overflow or underflow',
  '18': 'division by zero',
  '33': 'a value that the enum does not have',
  '34': 'badly encoded storage bytes',
  '49': 'pop of an empty array',
  '50': 'array index out of bounds',
  '65': 'too much memory',
  '81': 'call of an unset function',
}

/** Decodes revert data: by the given ABI, then as a standard error, then by its selector. Never throws. */
export function decodeRevert(data: Hex, abi: Abi = []): Revert {
  if (data.length < 10) return { by: 'unknown', message: silent }
  const selector = data.slice(0, 10).toLowerCase() as Hex
  const revert =
    read('abi', bySelector(abi).get(selector), data) ??
    read('standard', standard.get(selector), data) ??
    read('known', known.get(selector), data)
  return { ...(revert ?? { by: 'unknown', message: `${silent}: ${selector}` }), selector }
}

/** A revert in the contract's own words if they are known: "ChannelNotFound()". */
export function describeRevert(data: Hex): string {
  return decodeRevert(data).message
}

function read(by: Revert['by'], item: ErrorItem | undefined, data: Hex): Revert | undefined {
  if (!item) return undefined
  try {
    const { args: values = [] } = decodeErrorResult({ abi: [item], data })
    const args = argumentsOf(item.inputs, values as readonly unknown[])
    return { by, name: item.name, args, message: wordsOf(by, item.name, args) }
  } catch {
    return undefined
  }
}

function wordsOf(by: Revert['by'], name: string, args: readonly DecodedArgument[]): string {
  const [first] = args
  if (by !== 'standard' || !first) return `${name}(${inLine(args)})`
  const said = String(first.value)
  return name === 'Error' ? said || silent : `panic ${said}: ${panics[said] ?? 'of a kind that Solidity does not name'}`
}

/** Errors by selector. A malformed item without a selector is left out. */
function bySelector(abi: Abi): Map<Hex, ErrorItem> {
  const found = new Map<Hex, ErrorItem>()
  for (const item of abi) {
    if (item.type !== 'error') continue
    try {
      found.set(toFunctionSelector({ ...item, type: 'function', outputs: [], stateMutability: 'view' }), item)
    } catch {
      continue
    }
  }
  return found
}
