import { expect, test } from 'vitest'
import type { Payment } from '@/lib/payments'
import { between, none, type DisputeMoney } from './DisputeMoves'

const payment = {
  id: 'p',
  merchantId: 'm',
  network: 'stripe:x',
  asset: 'usd',
  payTo: 'x',
} as unknown as Payment.Payment

/** Every account after the entries that lead over these states. */
function after(states: readonly DisputeMoney[]): Record<string, bigint> {
  const sums: Record<string, bigint> = {}
  const add = (account: string, base: bigint) => {
    sums[account] = (sums[account] ?? 0n) + base
  }
  for (const [index, state] of states.entries())
    for (const { debit, credit, amountBase } of between(payment, states[index - 1] ?? none, state)) {
      expect(amountBase).toBeGreaterThan(0n)
      add(debit, amountBase)
      add(credit, -amountBase)
    }
  return sums
}

const withdrawn = { withdrawnBase: 75n, feeBase: 1_500n, lostBase: 0n }
const lost = { ...withdrawn, lostBase: 75n }

test('a repeated state moves nothing, and a skipped one ends the same', () => {
  const ends = { 'disputes:m': 0n, 'clearing:x': -1_575n, 'fees:m': 1_500n, 'revenue:m': 75n }
  expect(after([withdrawn, withdrawn, lost, lost])).toEqual(ends)
  expect(after([lost])).toEqual(ends)
})

test('a dispute that is won leaves every account as it was', () => {
  expect(Object.values(after([withdrawn, none]))).toEqual([0n, 0n, 0n])
  expect(Object.values(after([lost, none])).every((base) => base === 0n)).toBe(true)
})
