import { describe, expect, it } from 'vitest'
import { Amount } from '.'

describe('parseBase', () => {
  it.each(['0', '1', '10000', '9'.repeat(78)])('reads %s', (text) => {
    expect(Amount.parseBase(text)).toBe(BigInt(text))
  })

  it.each(['', ' 1', '1 ', '+1', '-1', '01', '1.0', '1e4', '0x10', '1_000', '１', '9'.repeat(79), 'NaN'])(
    'refuses "%s", which BigInt or Number might read',
    (text) => {
      expect(() => Amount.parseBase(text)).toThrow(TypeError)
    },
  )
})

describe('dollars', () => {
  it.each([
    ['0', 0n],
    ['$1', 1_000_000n],
    ['0.01', 10_000n],
    ['0.000001', 1n],
    [' 12.5 ', 12_500_000n],
  ])('reads %s', (text, micros) => {
    expect(Amount.parseDollars(text)).toBe(micros)
  })

  it.each(['', '.5', '1.', '1.0000001', '-1', '1,000', '1e2', 'free'])('refuses "%s" with a way out', (text) => {
    expect(() => Amount.parseDollars(text)).toThrow(/at most six decimals/)
  })

  it.each([
    [0n, '$0.00'],
    [1n, '$0.000001'],
    [25n, '$0.000025'],
    [10_000n, '$0.01'],
    [1_234_567_890_000n, '$1,234,567.89'],
    [-10_000n, '-$0.01'],
  ])('shows %s as %s, never rounded', (micros, text) => {
    expect(Amount.formatDollars(micros)).toBe(text)
  })

  it('scales to a token exactly or not at all', () => {
    expect(Amount.microsToBase(10_000n, 6)).toBe(10_000n)
    expect(Amount.microsToBase(10_000n, 18)).toBe(10_000_000_000_000_000n)
    expect(Amount.microsToBase(10_000n, 2)).toBe(1n)
    expect(() => Amount.microsToBase(10_001n, 2)).toThrow(RangeError)
  })
})
