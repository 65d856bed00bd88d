import { expect, test } from 'vitest'
import type { Transaction } from '@/lib/execution'
import { outcomeOf, type ExecutionView } from './ExecutionView'

type Row = [
  status: Transaction.TransactionStatus,
  outcomes: Record<'included' | 'safe' | 'final', ExecutionView['outcome']>,
]

const all = (outcome: ExecutionView['outcome']) => ({ included: outcome, safe: outcome, final: outcome })

test.each<Row>([
  ['queued', all('pending')],
  ['held', all('pending')],
  ['signed', all('pending')],
  ['submitted', all('pending')],
  ['included', { included: 'succeeded', safe: 'pending', final: 'pending' }],
  ['safe', { included: 'succeeded', safe: 'succeeded', final: 'pending' }],
  ['final', all('succeeded')],
  ['reverted', all('reverted')],
  ['cancelled', all('not-executed')],
  ['expired', all('not-executed')],
  ['failed', all('not-executed')],
])('the outcome of a %s transaction depends on the requested finality', (status, outcomes) => {
  for (const finality of ['included', 'safe', 'final'] as const)
    expect(outcomeOf({ status, error: null, cancelled: false }, finality)).toBe(outcomes[finality])
})

test('a revert counts as early as a success, and a cancellation only when it is final', () => {
  expect(outcomeOf({ status: 'included', error: 'no', cancelled: false }, 'included')).toBe('reverted')
  expect(outcomeOf({ status: 'included', error: 'no', cancelled: false }, 'safe')).toBe('pending')
  expect(outcomeOf({ status: 'safe', error: null, cancelled: true }, 'included')).toBe('pending')
  expect(outcomeOf({ status: 'cancelled', error: null, cancelled: true }, 'included')).toBe('not-executed')
})
