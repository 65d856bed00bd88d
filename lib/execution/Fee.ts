import type { Hex } from 'viem'

/** Fees by EIP-1559, in wei per gas. Pure. */
export type Fee = { maxFeePerGas: bigint; tipPerGas: bigint }

/** What the chain asks for at this head. */
export type Market = {
  /** Base fee of the next block; it is known exactly. */
  nextBaseFeePerGas: bigint
  tipPerGas: bigint
  /** The head that this was read at. */
  blockNumber: bigint
}

/** Answer of eth_feeHistory with reward percentiles `percentiles`. */
export type History = {
  oldestBlock: Hex
  baseFeePerGas: readonly Hex[]
  gasUsedRatio: readonly number[]
  reward?: readonly (readonly Hex[])[] | null
}

/** Calm, busy and congested: which percentile of the tips that were paid is enough. */
export const percentiles = [50, 70, 90] as const
export const historyBlocks = 10

const crowdedRatio = 0.9
const excessFactor = 10n

/**
 * Reads the market from a fee history. The tip is the median over blocks of one percentile; blocks that paid none are
 * empty and say nothing. The longer the latest blocks have been full, the higher the percentile. `minTipPerGas` is the floor.
 * @throws TypeError when the history has no next base fee.
 */
export function readHistory(history: History, minTipPerGas: bigint): Market {
  const next = history.baseFeePerGas.at(-1)
  if (next === undefined) throw new TypeError('The fee history has no base fee')
  const column = Math.min(crowdedStreak(history.gasUsedRatio), percentiles.length - 1)
  const tips = (history.reward ?? []).map((row) => BigInt(row[column] ?? '0x0')).filter((tip) => tip > 0n)
  const tip = median(tips)
  return {
    nextBaseFeePerGas: BigInt(next),
    tipPerGas: tip > minTipPerGas ? tip : minTipPerGas,
    blockNumber: BigInt(history.oldestBlock) + BigInt(Math.max(0, history.baseFeePerGas.length - 2)),
  }
}

/**
 * First offer: twice the next base fee and the tip. The base fee grows by at most 1/8 a block (1.125^6 = 2.03), so the tip
 * is paid in full for six full blocks.
 */
export function first(market: Market): Fee {
  return { maxFeePerGas: 2n * market.nextBaseFeePerGas + market.tipPerGas, tipPerGas: market.tipPerGas }
}

/** The least that every pool takes as a replacement: geth asks for 10 %, reth for more than 10 %, on both fields. */
export function bump(weiPerGas: bigint): bigint {
  return (weiPerGas * 1125n + 999n) / 1000n + 1n
}

/** Replacement of an attempt: the least bump, or the market where that is higher. */
export function replacement(previous: Fee, market: Market): Fee {
  const fresh = first(market)
  const tipPerGas = max(bump(previous.tipPerGas), fresh.tipPerGas)
  const maxFeePerGas = max(bump(previous.maxFeePerGas), fresh.maxFeePerGas)
  return { maxFeePerGas: max(maxFeePerGas, tipPerGas), tipPerGas }
}

/** The next block cannot take this offer. */
export function isPricedOut(offer: Fee, market: Market): boolean {
  return offer.maxFeePerGas < market.nextBaseFeePerGas
}

/** So far above the market that another bump would buy nothing: the offer stands, and its bytes are sent again. */
export function isExcessive(offer: Fee, market: Market): boolean {
  return offer.maxFeePerGas > first(market).maxFeePerGas * excessFactor
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
