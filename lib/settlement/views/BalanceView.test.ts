import { expect, it } from 'vitest'
import { markOf } from './BalanceView'

it.each([
  [undefined, 0n, 0n, 'not-compared'],
  [0n, 5n, 5n, 'equal'],
  // More on chain than in the books: what is on its way may have arrived.
  [5n, 5n, 0n, 'explained'],
  [6n, 5n, 9n, 'differs'],
  // Less: a refund may have left.
  [-5n, 0n, 5n, 'explained'],
  [-6n, 9n, 5n, 'differs'],
] as const)('a difference of %s with %s on its way in and %s out is %s', (difference, coming, leaving, mark) => {
  expect(markOf(difference, coming, leaving)).toBe(mark)
})
