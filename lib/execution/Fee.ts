import type { Hex } from 'viem'
import type { CallUrgency } from '@/lib/chains'

/** Fees in wei per gas, by EIP-1559 or, on a network without base fee, by one price (both fields are that price). Pure. */
export type Fee = { maxFeePerGas: bigint; tipPerGas: bigint }

/** Prices at one head of the chain. */
export type FeeMarket = {
  /** Base fee of the next block, known exactly. Zero on a legacy network. */
  nextBaseFeePerGas: bigint
  /** On a legacy network: the whole gas price. */
  tipPerGas: Readonly<Record<CallUrgency, bigint>>
  /** Blocks have no base fee, so transactions are of type 0. */
  legacy: boolean
  /** The block number of that head. */
  blockNumber: bigint
}

/** Answer of eth_feeHistory with reward percentiles `percentiles`. */
export type FeeHistory = {
  oldestBlock: Hex
  baseFeePerGas: readonly Hex[]
  gasUsedRatio: readonly number[]
  reward?: readonly (readonly Hex[])[] | null
}

/** Percentiles of the tips paid in a block. An urgency starts at its own and climbs while blocks are full. */
export const percentiles = [25, 50, 70, 90, 97] as const
export const historyBlocks = 10

/**
 * Per urgency: the first percentile, the multiple of the next base fee in tenths, the blocks before a replacement, and
 * the share of a legacy gas price in per cent.
 */
const terms = {
  slow: { column: 0, headroomTenths: 13n, waitBlocks: 20, legacyPercent: 100n },
  standard: { column: 1, headroomTenths: 20n, waitBlocks: 6, legacyPercent: 110n },
  fast: { column: 2, headroomTenths: 20n, waitBlocks: 3, legacyPercent: 125n },
  urgent: { column: 3, headroomTenths: 30n, waitBlocks: 1, legacyPercent: 150n },
} as const satisfies Record<CallUrgency, unknown>

const climb: readonly CallUrgency[] = ['slow', 'standard', 'fast', 'urgent']
const crowdedRatio = 0.9
const excessFactor = 10n

/**
 * Reads the market from a fee history. A tip is the median of one percentile over the blocks; empty blocks are ignored.
 * The longer the latest blocks have been full, the higher the percentile. `minTipPerGas` is the floor.
 * @throws TypeError if the history has no next base fee.
 */
export function readHistory(history: FeeHistory, minTipPerGas: bigint): FeeMarket {
  const next = history.baseFeePerGas.at(-1)
  if (next === undefined) throw new TypeError('The fee history has no base fee')
  const crowded = crowdedStreak(history.gasUsedRatio)
  const tipOf = (column: number) => {
    const at = Math.min(column + crowded, percentiles.length - 1)
    const paid = (history.reward ?? []).map((row) => BigInt(row[at] ?? '0x0')).filter((tip) => tip > 0n)
    return max(median(paid), minTipPerGas)
  }
  return {
    nextBaseFeePerGas: BigInt(next),
    tipPerGas: forEach((urgency) => tipOf(terms[urgency].column)),
    legacy: false,
    blockNumber: BigInt(history.oldestBlock) + BigInt(Math.max(0, history.baseFeePerGas.length - 2)),
  }
}

/** A market without history: one tip, scaled by each urgency's factor. */
export function withoutHistory(nextBaseFeePerGas: bigint, tipPerGas: bigint, blockNumber: bigint): FeeMarket {
  const tips = forEach((urgency) => (tipPerGas * terms[urgency].legacyPercent) / 100n)
  return { nextBaseFeePerGas, tipPerGas: tips, legacy: false, blockNumber }
}

/** The market of a network whose blocks have no base fee, from its eth_gasPrice. */
export function fromGasPrice(gasPrice: bigint, blockNumber: bigint): FeeMarket {
  const tipPerGas = forEach((urgency) => (gasPrice * terms[urgency].legacyPercent) / 100n)
  return { nextBaseFeePerGas: 0n, tipPerGas, legacy: true, blockNumber }
}

/**
 * First offer: a multiple of the next base fee, and the tip. The base fee grows by at most 1/8 a block (1.125^6 = 2.03), so
 * twice of it pays the tip in full for six full blocks.
 */
export function first(market: FeeMarket, urgency: CallUrgency = 'standard'): Fee {
  const tipPerGas = market.tipPerGas[urgency]
  return { maxFeePerGas: (terms[urgency].headroomTenths * market.nextBaseFeePerGas) / 10n + tipPerGas, tipPerGas }
}

/** The lowest offer that the next block may include. */
export function least(market: FeeMarket): Fee {
  const tipPerGas = market.tipPerGas.slow
  return { maxFeePerGas: market.nextBaseFeePerGas + tipPerGas, tipPerGas }
}

/**
 * The smallest bump that every pool accepts as a replacement: geth asks for 10 %, reth for more than 10 %, on both
 * fields.
 */
export function bump(weiPerGas: bigint): bigint {
  return (weiPerGas * 1125n + 999n) / 1000n + 1n
}

/** The replacement of an attempt: the smallest bump, or the market if that is higher. */
export function replacement(previous: Fee, market: FeeMarket, urgency: CallUrgency = 'standard'): Fee {
  const fresh = first(market, urgency)
  const tipPerGas = max(bump(previous.tipPerGas), fresh.tipPerGas)
  const maxFeePerGas = max(bump(previous.maxFeePerGas), fresh.maxFeePerGas)
  return together({ maxFeePerGas: max(maxFeePerGas, tipPerGas), tipPerGas }, market)
}

/**
 * A first offer or a replacement that costs at most `capPerGas`; undefined if the cap is too low for the next block or
 * for a replacement.
 */
export function within(
  capPerGas: bigint,
  market: FeeMarket,
  urgency: CallUrgency,
  previous: Fee | undefined,
): Fee | undefined {
  const offer = previous ? replacement(previous, market, urgency) : first(market, urgency)
  if (offer.maxFeePerGas <= capPerGas) return offer
  const floor = previous
    ? { maxFeePerGas: bump(previous.maxFeePerGas), tipPerGas: bump(previous.tipPerGas) }
    : least(market)
  const lowest = max(
    max(floor.maxFeePerGas, floor.tipPerGas),
    market.nextBaseFeePerGas + (previous ? 0n : floor.tipPerGas),
  )
  if (lowest > capPerGas) return undefined
  const room = capPerGas - market.nextBaseFeePerGas
  return together({ maxFeePerGas: capPerGas, tipPerGas: max(floor.tipPerGas, min(offer.tipPerGas, room)) }, market)
}

/** Blocks without inclusion after which an attempt at the head of its lane is replaced. */
export function waitBlocks(urgency: CallUrgency): number {
  return terms[urgency].waitBlocks
}

/** An urgency rises as its deadline nears: in the last 30 blocks it is fast at least, in the last ten urgent. */
export function pressed(urgency: CallUrgency, blocksLeft: number | undefined): CallUrgency {
  const floor = blocksLeft === undefined || blocksLeft > 30 ? 'slow' : blocksLeft > 10 ? 'fast' : 'urgent'
  return climb[Math.max(climb.indexOf(urgency), climb.indexOf(floor))] ?? urgency
}

/** True if the next block cannot include this offer. */
export function isPricedOut(offer: Fee, market: FeeMarket): boolean {
  return offer.maxFeePerGas < market.nextBaseFeePerGas
}

/** True if the offer is so far above the market that a bump would gain nothing: its bytes are sent again instead. */
export function isExcessive(offer: Fee, market: FeeMarket): boolean {
  return offer.maxFeePerGas > first(market, 'urgent').maxFeePerGas * excessFactor
}

/** On a legacy network both fields hold the one price. */
function together(fee: Fee, { legacy }: FeeMarket): Fee {
  return legacy ? { maxFeePerGas: fee.maxFeePerGas, tipPerGas: fee.maxFeePerGas } : fee
}

function forEach(value: (urgency: CallUrgency) => bigint): Record<CallUrgency, bigint> {
  return { slow: value('slow'), standard: value('standard'), fast: value('fast'), urgent: value('urgent') }
}

function crowdedStreak(ratios: readonly number[]): number {
  const calm = ratios.findLastIndex((ratio) => ratio <= crowdedRatio)
  return ratios.length - 1 - calm
}

function median(values: readonly bigint[]): bigint {
  const sorted = [...values].sort((one, other) => (one < other ? -1 : 1))
  return sorted[Math.floor(sorted.length / 2)] ?? 0n
}

function max(one: bigint, other: bigint): bigint {
  return one > other ? one : other
}

function min(one: bigint, other: bigint): bigint {
  return one < other ? one : other
}
