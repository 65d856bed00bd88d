import { describe, expect, it } from 'vitest'
import { urgencies } from '@/lib/chains'
import * as Fee from './Fee'

const gwei = 1_000_000_000n
const hex = (wei: bigint) => `0x${wei.toString(16)}` as const

function history(rows: readonly (readonly bigint[])[], ratios: readonly number[]): Fee.FeeHistory {
  return {
    oldestBlock: '0x64',
    baseFeePerGas: [...rows.map(() => hex(8n * gwei)), hex(9n * gwei)],
    gasUsedRatio: ratios,
    reward: rows.map((row) => row.map(hex)),
  }
}

const tips = (wei: bigint) => ({ slow: wei, standard: wei, fast: wei, urgent: wei })
const marketOf = (nextBaseFeePerGas: bigint, tipPerGas: bigint): Fee.FeeMarket => ({
  nextBaseFeePerGas,
  tipPerGas: tips(tipPerGas),
  legacy: false,
  blockNumber: 1n,
})

describe('readHistory', () => {
  it('takes the last base fee, the head and the median of the tips that were paid', () => {
    const rows = [
      [1n, 2n, 3n, 4n, 5n],
      [0n, 0n, 0n, 0n, 0n],
      [5n, 6n, 7n, 8n, 9n],
      [9n, 10n, 11n, 12n, 13n],
    ].map((row) => row.map((tip) => tip * gwei))
    expect(Fee.readHistory(history(rows, [0.5, 0, 0.5, 0.5]), 1n)).toEqual({
      nextBaseFeePerGas: 9n * gwei,
      tipPerGas: { slow: 5n * gwei, standard: 6n * gwei, fast: 7n * gwei, urgent: 8n * gwei },
      legacy: false,
      blockNumber: 103n,
    })
  })

  it('asks for more the longer blocks have been full', () => {
    const rows = Array.from({ length: 6 }, () => [1n, 2n, 3n, 4n, 5n])
    const tip = (full: number) => {
      const ratios = rows.map((_, block) => (block < rows.length - full ? 0.5 : 0.95))
      return Fee.readHistory(history(rows, ratios), 0n).tipPerGas
    }
    expect(tip(0)).toEqual({ slow: 1n, standard: 2n, fast: 3n, urgent: 4n })
    expect(tip(1)).toEqual({ slow: 2n, standard: 3n, fast: 4n, urgent: 5n })
    expect(tip(2)).toEqual({ slow: 3n, standard: 4n, fast: 5n, urgent: 5n })
    expect(tip(6)).toEqual({ slow: 5n, standard: 5n, fast: 5n, urgent: 5n })
  })

  it('never offers less than the floor, also when all blocks are empty or the node gives no rewards', () => {
    expect(Fee.readHistory(history([[0n, 0n, 0n]], [0]), 7n).tipPerGas).toEqual(tips(7n))
    expect(Fee.readHistory({ oldestBlock: '0x1', baseFeePerGas: ['0x5', '0x6'], gasUsedRatio: [0] }, 7n)).toEqual({
      nextBaseFeePerGas: 6n,
      tipPerGas: tips(7n),
      legacy: false,
      blockNumber: 1n,
    })
  })

  it('refuses an empty history', () => {
    expect(() => Fee.readHistory({ oldestBlock: '0x0', baseFeePerGas: [], gasUsedRatio: [] }, 0n)).toThrow(TypeError)
  })
})

it('the first offer pays its whole tip through six full blocks', () => {
  const market = marketOf(40n * gwei, 2n * gwei)
  const offer = Fee.first(market)
  let base = market.nextBaseFeePerGas
  for (let block = 1; block <= 6; block++) {
    expect(offer.maxFeePerGas - base).toBeGreaterThanOrEqual(offer.tipPerGas)
    base += base / 8n
  }
})

describe('replacement', () => {
  const calm = marketOf(1n, 1n)

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
    const market = marketOf(100n * gwei, 3n * gwei)
    expect(Fee.replacement({ maxFeePerGas: 10n * gwei, tipPerGas: gwei }, market)).toEqual({
      maxFeePerGas: 203n * gwei,
      tipPerGas: 3n * gwei,
    })
  })

  it('never tips more than it pays', () => {
    const offer = Fee.replacement({ maxFeePerGas: 5n, tipPerGas: 5n }, calm)
    expect(offer.maxFeePerGas).toBeGreaterThanOrEqual(offer.tipPerGas)
  })
})

describe('a cap', () => {
  const market = marketOf(100n, 10n)

  it('changes nothing that costs less', () => {
    expect(Fee.within(210n, market, 'standard', undefined)).toEqual(Fee.first(market))
  })

  it('lowers the headroom of a first offer, down to what the next block asks for', () => {
    expect(Fee.within(150n, market, 'standard', undefined)).toEqual({ maxFeePerGas: 150n, tipPerGas: 10n })
    expect(Fee.within(110n, market, 'standard', undefined)).toEqual({ maxFeePerGas: 110n, tipPerGas: 10n })
    expect(Fee.within(109n, market, 'standard', undefined)).toBeUndefined()
  })

  it('allows a replacement only when a pool would take it and the next block can', () => {
    const previous = { maxFeePerGas: 90n, tipPerGas: 4n }
    expect(Fee.within(103n, market, 'standard', previous)).toEqual({ maxFeePerGas: 103n, tipPerGas: 6n })
    expect(Fee.within(102n, market, 'standard', previous)).toBeUndefined()
    expect(Fee.within(101n, market, 'standard', { maxFeePerGas: 50n, tipPerGas: 4n })).toBeDefined()
    expect(Fee.within(99n, market, 'standard', { maxFeePerGas: 50n, tipPerGas: 4n })).toBeUndefined()
  })
})

describe('an urgency', () => {
  it('offers more and waits less the more urgent it is', () => {
    const market = marketOf(100n, 10n)
    const offers = urgencies.map((urgency) => Fee.first(market, urgency).maxFeePerGas)
    expect(offers).toEqual([140n, 210n, 210n, 310n])
    const waits = urgencies.map(Fee.waitBlocks)
    expect(waits).toEqual([...waits].sort((one, other) => other - one))
  })

  it('rises as the deadline nears, and never falls', () => {
    expect(Fee.pressed('slow', undefined)).toBe('slow')
    expect(Fee.pressed('slow', 31)).toBe('slow')
    expect(Fee.pressed('slow', 30)).toBe('fast')
    expect(Fee.pressed('urgent', 30)).toBe('urgent')
    expect(Fee.pressed('standard', 10)).toBe('urgent')
    expect(Fee.pressed('standard', -1)).toBe('urgent')
  })
})

it('prices a legacy network by one number', () => {
  const market = Fee.fromGasPrice(1_000n, 7n)
  expect(Fee.first(market, 'standard')).toEqual({ maxFeePerGas: 1_100n, tipPerGas: 1_100n })
  const next = Fee.replacement(Fee.first(market), market, 'standard')
  expect(next.maxFeePerGas).toBe(next.tipPerGas)
  expect(next.maxFeePerGas).toBe(Fee.bump(1_100n))
})

it('knows when an offer is too low for the next block, and when it is absurd', () => {
  const market = marketOf(10n, 1n)
  expect(Fee.isPricedOut({ maxFeePerGas: 9n, tipPerGas: 1n }, market)).toBe(true)
  expect(Fee.isPricedOut({ maxFeePerGas: 10n, tipPerGas: 1n }, market)).toBe(false)
  expect(Fee.isExcessive({ maxFeePerGas: 310n, tipPerGas: 1n }, market)).toBe(false)
  expect(Fee.isExcessive({ maxFeePerGas: 311n, tipPerGas: 1n }, market)).toBe(true)
})
