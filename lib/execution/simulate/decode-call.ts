import { decodeFunctionData, toFunctionSelector, type Abi, type AbiFunction, type Hex } from 'viem'
import { DecodedArgument } from '@/lib/chains'
import { knownFunctions } from './known-functions'

/** A call in words. */
export type DecodedCall = {
  /** First four bytes of the data. */
  selector: Hex
  /** abi: from the ABI that came with the call. known: found by selector, so its names are a likely guess. */
  by: 'abi' | 'known'
  name: string
  args: readonly DecodedArgument.DecodedArgument[]
}

const known = bySelector(knownFunctions)

/** Decodes calldata by the given ABI, then by its selector; undefined if neither fits. Never throws. */
export function decodeCall(data: Hex, abi: Abi = []): DecodedCall | undefined {
  if (data.length < 10) return undefined
  const selector = data.slice(0, 10).toLowerCase() as Hex
  return read('abi', bySelector(abi).get(selector), data) ?? read('known', known.get(selector), data)
}

function read(by: DecodedCall['by'], item: AbiFunction | undefined, data: Hex): DecodedCall | undefined {
  if (!item) return undefined
  try {
    const { args = [] } = decodeFunctionData({ abi: [item], data })
    const selector = data.slice(0, 10) as Hex
    return { selector, by, name: item.name, args: DecodedArgument.argumentsOf(item.inputs, args as readonly unknown[]) }
  } catch {
    // The selector matches but the data does not: another function with the same four bytes.
    return undefined
  }
}

/** Functions by selector. A malformed item without a selector is left out. */
function bySelector(abi: Abi): Map<Hex, AbiFunction> {
  const found = new Map<Hex, AbiFunction>()
  for (const item of abi) {
    if (item.type !== 'function') continue
    try {
      const selector = toFunctionSelector(item)
      if (!found.has(selector)) found.set(selector, item)
    } catch {
      continue
    }
  }
  return found
}
