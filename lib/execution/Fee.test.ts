import { describe, expect, it } from 'vitest'
import * as Backoff from './Backoff'
import * as Fee from './Fee'

const gwei = 1_000_000_000n
const hex = (wei: bigint) => `0x${wei.toString(16)}` as const

function history(rows: readonly (readonly bigint[])[], ratios: readonly number[]): Fee.History {
  return {
    oldestBlock: '0x64',
    baseFeePerGas: [...rows.map(() => hex(8n * gwei)), hex(9n * gwei)],
    gasUsedRatio: ratios,
    reward: rows.map((row) => row.map(hex)),
  }
}

describe('readHistory', () => {
  it('takes the last base fee, the head and the median of the tips that were paid', () => {
    const rows = [
      [1n, 2n, 3n],
      [0n, 0n, 0n],
      [5n, 6n, 7n],
      [9n, 10n, 11n],
    ].map((row) => row.map((tip) => tip * gwei))
    expect(Fee.readHistory(history(rows, [0.5, 0, 0.5, 0.5]), 1n)).toEqual({
      nextBaseFeePerGas: 9n * gwei,
      tipPerGas: 5n * gwei,
      blockNumber: 103n,
    })
  })

  it('asks for more the longer blocks have been full', () => {
    const rows = Array.from({ length: 3 }, () => [1n, 2n, 3n])
    const tip = (ratios: readonly number[]) => Fee.readHistory(history(rows, ratios), 0n).tipPerGas
    expect(tip([1, 1, 0.5])).toBe(1n)
    expect(tip([1, 0.5, 0.95])).toBe(2n)
    expect(tip([0.5, 0.95, 0.95])).toBe(3n)
    expect(tip([1, 1, 1])).toBe(3n)
  })

  it('never offers less than the floor, also when all blocks are empty or the node gives no rewards', () => {
    expect(Fee.readHistory(history([[0n, 0n, 0n]], [0]), 7n).tipPerGas).toBe(7n)
    expect(Fee.readHistory({ oldestBlock: '0x1', baseFeePerGas: ['0x5', '0x6'], gasUsedRatio: [0] }, 7n)).toEqual({
      nextBaseFeePerGas: 6n,
      tipPerGas: 7n,
      blockNumber: 1n,
    })
  })

  it('refuses an empty history', () => {
    expect(() => Fee.readHistory({ oldestBlock: '0x0', baseFeePerGas: [], gasUsedRatio: [] }, 0n)).toThrow(TypeError)
  })
})

it('the first offer pays its whole tip through six full blocks', () => {
  const market = { nextBaseFeePerGas: 40n * gwei, tipPerGas: 2n * gwei, blockNumber: 1n }
  const offer = Fee.first(market)
  let base = market.nextBaseFeePerGas
  for (let block = 1; block <= 6; block++) {
    expect(offer.maxFeePerGas - base).toBeGreaterThanOrEqual(offer.tipPerGas)
    base += base / 8n
  }
})

describe('replacement', () => {
  const calm = { nextBaseFeePerGas: 1n, tipPerGas: 1n, blockNumber: 1n }

  it.each([0n, 1n, 7n, 8n, 1_000n, 123_456_789n, 99n * gwei])('bumps %i by more than a tenth', (wei) => {
    const bumped = Fee.bump(wei)
    expect(bumped * 10n).toBeGreaterThan(wei * 11n)
    expect(bumped).toBe((wei * 9n + 7n) / 8n + 1n)
  })

  it('bumps both fields, whatever the market', () => {
    const previous = { maxFeePerGas: 80n * gwei, tipPerGas: 8n * gwei }
    expect(Fee.replacement(previous, calm)).toEqual({ maxFeePerGas: 90n * gwei + 1n, tipPerGas: 9n * gwei + 1n })
  })

  it('follows a market that rose further', () => {
    const market = { nextBaseFeePerGas: 100n * gwei, tipPerGas: 3n * gwei, blockNumber: 1n }
    expect(Fee.replacement({ maxFeePerGas: 10n * gwei, tipPerGas: gwei }, market)).toEqual({
      maxFeePerGas: 203n * gwei,
      tipPerGas: 3n * gwei,
    })
  })

  it('never tips more than it pays', () => {
    const offer = Fee.replacement({ maxFeePerGas: 5n, tipPerGas: 5n }, { ...calm, tipPerGas: 1n })
    expect(offer.maxFeePerGas).toBeGreaterThanOrEqual(offer.tipPerGas)
  })
})

it('knows when an offer is too low for the next block, and when it is absurd', () => {
  const market = { nextBaseFeePerGas: 10n, tipPerGas: 1n, blockNumber: 1n }
  expect(Fee.isPricedOut({ maxFeePerGas: 9n, tipPerGas: 1n }, market)).toBe(true)
  expect(Fee.isPricedOut({ maxFeePerGas: 10n, tipPerGas: 1n }, market)).toBe(false)
  expect(Fee.isExcessive({ maxFeePerGas: 210n, tipPerGas: 1n }, market)).toBe(false)
  expect(Fee.isExcessive({ maxFeePerGas: 211n, tipPerGas: 1n }, market)).toBe(true)
})

it('backs off by any part of a doubling time, up to half a minute', () => {
  expect(Backoff.delayMs(0, () => 1)).toBe(250)
  expect(Backoff.delayMs(3, () => 1)).toBe(2_000)
  expect(Backoff.delayMs(3, () => 0.5)).toBe(1_000)
  expect(Backoff.delayMs(3, () => 0)).toBe(0)
  expect(Backoff.delayMs(500, () => 1)).toBe(30_000)
})
