import type { Hex } from 'viem'
import { addressTopic, type Log } from './Log'
import { addressWord, uintWord } from './word'

// ERC-20 and TIP-20 tokens: the calls and the event that both share.

/** keccak256("Transfer(address,address,uint256)") */
export const transferTopic: Hex = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'

export type Erc20Transfer = { asset: string; from: string; to: string; value: bigint }

/** Calldata of `transfer`; `valueBase` in base units. */
export function transferData(to: string, valueBase: bigint): Hex {
  return `0xa9059cbb${addressWord(to)}${uintWord(valueBase)}`
}

/** Calldata of `balanceOf`. */
export function balanceOfData(account: string): Hex {
  return `0x70a08231${addressWord(account)}`
}

/** Calldata of `allowance`. */
export function allowanceData(owner: string, spender: string): Hex {
  return `0xdd62ed3e${addressWord(owner)}${addressWord(spender)}`
}

/** Calldata of `approve`; `valueBase` in base units. */
export function approveData(spender: string, valueBase: bigint): Hex {
  return `0x095ea7b3${addressWord(spender)}${uintWord(valueBase)}`
}

/**
 * Calls that show whether a token is paused, or blocks one of these accounts. USDC has such switches; a token without
 * them does not answer. They are read with the balance, because a payment that they stop would never settle after its
 * work was done.
 */
export function stopCalls(token: string, from: string, to: string): { target: string; callData: Hex }[] {
  const isBlacklisted = (account: string): Hex => `0xfe575a87${addressWord(account)}`
  return ['0x5c975abb' as Hex, isBlacklisted(from), isBlacklisted(to)].map((callData) => ({ target: token, callData }))
}

/** Why the token moves nothing, by the answers to `stopCalls`; undefined if it moves. */
export function stopOf([paused, from, to]: readonly (Hex | undefined)[]): string | undefined {
  const isTrue = (word: Hex | undefined) => word === `0x${uintWord(1)}`
  if (isTrue(paused)) return 'The token is paused: it moves nothing at the moment.'
  if (isTrue(from)) return 'The token’s issuer blocks the wallet that pays (its blacklist).'
  return isTrue(to) ? 'The token’s issuer blocks the address that is paid (its blacklist).' : undefined
}

/** The allowance that an `approve` gives its spender, base units; undefined for any other calldata. */
export function approvedBy(data: string, spender: string): bigint | undefined {
  if (!/^0x[0-9a-f]{136}$/i.test(data)) return undefined
  const valueBase = BigInt(`0x${data.slice(-64)}`)
  return data.toLowerCase() === approveData(spender, valueBase) ? valueBase : undefined
}

/** True if a log is exactly this token's Transfer of this value between these accounts. */
export function isTransfer(log: Log, moved: Erc20Transfer): boolean {
  return (
    log.topics[0] === transferTopic &&
    log.topics.length === 3 &&
    log.address === moved.asset.toLowerCase() &&
    log.topics[1] === addressTopic(moved.from) &&
    log.topics[2] === addressTopic(moved.to) &&
    log.data === `0x${uintWord(moved.value)}`
  )
}

/** The Transfer of a log, of whichever token; undefined if it is none. */
export function readTransfer({ address, topics, data }: Log): Erc20Transfer | undefined {
  const [topic, from, to] = topics
  if (topic !== transferTopic || !from || !to || topics.length !== 3 || !/^0x[0-9a-fA-F]{64}$/.test(data))
    return undefined
  return { asset: address, from: `0x${from.slice(-40)}`, to: `0x${to.slice(-40)}`, value: BigInt(data) }
}

/** Index of the first exact Transfer that pays for nothing else; undefined if there is none. */
export function findPlainTransfer(
  logs: readonly Log[],
  moved: Erc20Transfer,
  taken: ReadonlySet<number>,
): number | undefined {
  return logs.find((log) => !taken.has(log.logIndex) && isTransfer(log, moved))?.logIndex
}
