import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Hex } from 'viem'
import { Erc20, type Log, type Revert } from '@/lib/chains'
import type { DecodedCall } from './decode-call'

/**
 * The effects of a call on the state of one block, as JSON: stored, shown, and signed in receipts. Amounts, gas and
 * block numbers are decimal strings; addresses are lower-case.
 */
export type Simulation = {
  ok: boolean
  /**
   * eth_simulateV1 gives everything; eth_call only whether it reverts and what it returns. Absent if the caller vouched
   * for it.
   */
  method?: 'eth_simulateV1' | 'eth_call'
  /** The block whose state it ran on. */
  blockNumber?: string
  blockHash?: Hex
  gasUsed?: string
  /** The first 256 bytes. */
  returnData?: Hex
  /** Why it would revert, in one line. */
  reason?: string
  revert?: Revert
  /** The decoded call, if it can be read. */
  call?: DecodedCall
  /** In order, the first hundred; absent if unknown. */
  transfers?: readonly SimulatedTransfer[]
  /** The balance changes of each account, without fees. */
  changes?: readonly BalanceChange[]
  /** Storage that would be written, if a node reports it. */
  state?: readonly SlotWrite[]
  /** How many of the signer's sent transactions ran before it. */
  predecessors?: number
  /**
   * SHA-256 of the canonical JSON of success, transfers and changes: equal outcomes have equal digests, whatever the
   * gas.
   */
  digest?: Hex
  /** What an OP-stack chain would charge for its data, wei. */
  l1FeeWei?: string
  /** The calls of a list that would revert. */
  failures?: readonly CallFailure[]
}

/** One transfer of a token. `native` is the coin that pays gas. */
export type SimulatedTransfer = {
  asset: 'native' | Hex
  from: string
  to: string
  /** Base units; 1 for a non-fungible token. */
  amount: string
  tokenId?: string
}

export type BalanceChange = {
  account: string
  asset: 'native' | Hex
  /** Base units, signed. */
  amount: string
}

/** One storage slot that is written. */
export type SlotWrite = { account: string; slot: Hex; before: Hex; after: Hex }

/** One of several calls, counted from 0, and why it would revert. */
export type CallFailure = { call: number; reason: string }

/** The comparable part of a simulation or of a receipt. */
export type CallEffects = {
  ok: boolean
  gasUsed?: bigint | undefined
  transfers?: readonly SimulatedTransfer[] | undefined
}

/** The address under which eth_simulateV1 reports native transfers. */
const nativeLogs = '0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee'
export const transfersMax = 100
const gasTolerancePercent = 20n

/** The transfers in these logs: ERC-20, TIP-20 and ERC-721 tokens, and native ones of a simulation. Pure. */
export function transfersOf(logs: readonly Pick<Log, 'address' | 'topics' | 'data'>[]): SimulatedTransfer[] {
  return logs.flatMap(({ address, topics, data }) => {
    const [topic, from, to, tokenId] = topics
    if (topic !== Erc20.transferTopic || !from || !to) return []
    const asset = address.toLowerCase() === nativeLogs ? 'native' : (address.toLowerCase() as Hex)
    const parties = { asset, from: accountOf(from), to: accountOf(to) } as const
    if (tokenId) return [{ ...parties, amount: '1', tokenId: BigInt(tokenId).toString() }]
    return /^0x[0-9a-f]{64}$/i.test(data) ? [{ ...parties, amount: BigInt(data).toString() }] : []
  })
}

/** The net change of each account, in the order of first appearance; accounts with no change are left out. */
export function changesOf(transfers: readonly SimulatedTransfer[]): BalanceChange[] {
  const sums = new Map<string, { account: string; asset: SimulatedTransfer['asset']; base: bigint }>()
  const add = (account: string, asset: SimulatedTransfer['asset'], base: bigint) => {
    const key = `${account} ${asset}`
    sums.set(key, { account, asset, base: (sums.get(key)?.base ?? 0n) + base })
  }
  for (const { asset, from, to, amount } of transfers) {
    add(from, asset, -BigInt(amount))
    add(to, asset, BigInt(amount))
  }
  return [...sums.values()]
    .filter(({ account, base }) => base !== 0n && account !== zeroAccount)
    .map(({ account, asset, base }) => ({ account, asset, amount: base.toString() }))
}

const zeroAccount = `0x${'0'.repeat(40)}`

export function digestOf({ ok, transfers = [], changes = [] }: Simulation): Hex {
  const text = canonicalize({ ok, transfers, changes }) ?? ''
  return `0x${createHash('sha256').update(text).digest('hex')}`
}

/** The effects of a simulation; undefined if it has nothing to compare. */
export function effectsOf({ ok, method, gasUsed, transfers }: Simulation): CallEffects | undefined {
  if (method === undefined) return undefined
  const isCut = transfers?.length === transfersMax
  return { ok, gasUsed: gasUsed === undefined ? undefined : BigInt(gasUsed), transfers: isCut ? undefined : transfers }
}

/**
 * The differences, a sentence each: success, total transfers by token and party, gas beyond a fifth. What one side does
 * not know is not compared. Empty if they agree.
 */
export function differences(expected: CallEffects, found: CallEffects): string[] {
  if (expected.ok !== found.ok) return [found.ok ? 'it succeeds, and was to revert' : 'it reverts, and was to succeed']
  if (!expected.ok) return []
  return [...transferDifferences(expected, found), ...gasDifferences(expected, found)]
}

function transferDifferences(expected: CallEffects, found: CallEffects): string[] {
  if (!expected.transfers || !found.transfers) return []
  const expectedSums = sums(expected.transfers)
  const had = sums(found.transfers)
  return [...new Set([...expectedSums.keys(), ...had.keys()])].flatMap((route) => {
    const [was, is] = [expectedSums.get(route) ?? 0n, had.get(route) ?? 0n]
    return was === is ? [] : [`${route}: ${is} instead of ${was}`]
  })
}

function gasDifferences({ gasUsed: expected }: CallEffects, { gasUsed: found }: CallEffects): string[] {
  if (expected === undefined || found === undefined) return []
  const gap = expected > found ? expected - found : found - expected
  return gap * 100n <= expected * gasTolerancePercent ? [] : [`gas: ${found} instead of ${expected}`]
}

/** Amounts by "asset from A to B". */
function sums(transfers: readonly SimulatedTransfer[]): Map<string, bigint> {
  const found = new Map<string, bigint>()
  for (const { asset, from, to, amount, tokenId } of transfers) {
    const route = `${asset}${tokenId === undefined ? '' : ` #${tokenId}`} from ${from} to ${to}`
    found.set(route, (found.get(route) ?? 0n) + BigInt(amount))
  }
  return found
}

function accountOf(topic: Hex): string {
  return `0x${topic.slice(-40).toLowerCase()}`
}
