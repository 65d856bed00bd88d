import { expect, it } from 'vitest'
import * as Backoff from './Backoff'

it('backs off by any part of a doubling time, up to half a minute', () => {
  expect(Backoff.delayMs(0, 'transport', () => 1)).toBe(250)
  expect(Backoff.delayMs(3, 'transport', () => 1)).toBe(2_000)
  expect(Backoff.delayMs(3, 'transport', () => 0.5)).toBe(1_000)
  expect(Backoff.delayMs(3, 'transport', () => 0)).toBe(0)
  expect(Backoff.delayMs(500, 'transport', () => 1)).toBe(30_000)
  expect(Backoff.delayMs(0)).toBeLessThanOrEqual(250)
})

it.each([
  ['rate-limit', 1_000, 30_000],
  ['refusal', 500, 15_000],
  ['funds', 3_000, 30_000],
] as const)('has its own steps for %s', (ladder, first, last) => {
  expect(Backoff.delayMs(0, ladder, () => 1)).toBe(first)
  expect(Backoff.delayMs(500, ladder, () => 1)).toBe(last)
})
