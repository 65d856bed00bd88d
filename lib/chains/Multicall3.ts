import type { Address, Hex } from 'viem'
import { addressWord, bytesWords, uintWord } from './word'

/** The same address on every chain; predeployed on Tempo. Source: github.com/mds1/multicall3. */
export const address: Address = '0xcA11bde05977b3631167028862bE2a173976CA11'

export type MulticallMember = { target: string; callData: Hex }
export type MulticallResult = { success: boolean; returnData: Hex }

// aggregate3((address target, bool allowFailure, bytes callData)[])
const selector = '82ad56cb'

/** Calldata of aggregate3; any member may fail alone. */
export function encode(members: readonly MulticallMember[]): Hex {
  const tuples = members.map(
    ({ target, callData }) => addressWord(target) + uintWord(1) + uintWord(0x60) + bytesWords(callData.slice(2)),
  )
  let offset = members.length * 32
  const offsets = tuples.map((tuple) => {
    const word = uintWord(offset)
    offset += tuple.length / 2
    return word
  })
  return `0x${selector}${uintWord(0x20)}${uintWord(members.length)}${offsets.join('')}${tuples.join('')}`
}

/**
 * Results of aggregate3, in the order of its members.
 * @throws TypeError if the data is no such list, for example because there is no Multicall3.
 */
export function decode(data: Hex): MulticallResult[] {
  const hex = data.slice(2)
  const list = number(hex, 0)
  const count = number(hex, list)
  const base = list + 32
  return Array.from({ length: count }, (_, index) => {
    const tuple = base + number(hex, base + index * 32)
    const bytes = tuple + number(hex, tuple + 32)
    const length = number(hex, bytes)
    const start = (bytes + 32) * 2
    if (hex.length < start + length * 2) throw new TypeError('Multicall3 answered too little')
    return { success: number(hex, tuple) === 1, returnData: `0x${hex.slice(start, start + length * 2)}` as const }
  })
}

/** The word at a byte offset, as a small number: an offset, a length or a flag. */
function number(hex: string, offset: number): number {
  const word = hex.slice(offset * 2, offset * 2 + 64)
  const value = word.length === 64 ? Number.parseInt(word, 16) : Number.NaN
  if (!Number.isSafeInteger(value) || value > hex.length) throw new TypeError('Multicall3 answered no list of results')
  return value
}
