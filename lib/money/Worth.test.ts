import { describe, expect, it } from 'vitest'
import * as Worth from './Worth'

const eth = 3_200_500_000n

describe('what gas is worth', () => {
  it.each([
    // A transfer of 61,000 gas at 1 gwei.
    [61_000n * 10n ** 9n, '$0.20'],
    [69_061_400_000n, '$0.00022'],
    [7n, '$0.00'],
    [10n ** 18n, '$3,200.50'],
    [10n ** 16n, '$32.01'],
    [0n, '$0.00'],
  ])('%s wei', (wei, shown) => {
    expect(Worth.format(Worth.picos(wei, 18, eth))).toBe(shown)
  })

  it('in micro-dollars is rounded up, so that a sum of costs is never too small', () => {
    expect(Worth.micros(1n, 18, eth)).toBe(1n)
    expect(Worth.micros(0n, 18, eth)).toBe(0n)
    expect(Worth.micros(10n ** 18n, 18, eth)).toBe(eth)
    expect(Worth.micros(5_000n, 9, 150_000_000n)).toBe(750n)
  })

  it.each([
    [200_000_000n, '$0.0002'],
    [210_000n, '$0.00000021'],
    [215_900n, '$0.00000022'],
    [1n, '$0.000000000001'],
    [9_999_999_999n, '$0.01'],
    [-120_000_000_000n, '-$0.12'],
  ])('%s pico-dollars are %s', (picos, shown) => {
    expect(Worth.format(picos)).toBe(shown)
  })
})
