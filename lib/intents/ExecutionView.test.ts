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
])('what is known of a transaction that is %s depends on the finality that was asked for', (status, outcomes) => {
  for (const finality of ['included', 'safe', 'final'] as const)
    expect(outcomeOf({ status, error: null, cancelled: false }, finality)).toBe(outcomes[finality])
})

test('a revert counts as soon as a success would, and a cancellation only when nothing can undo it', () => {
  expect(outcomeOf({ status: 'included', error: 'no', cancelled: false }, 'included')).toBe('reverted')
  expect(outcomeOf({ status: 'included', error: 'no', cancelled: false }, 'safe')).toBe('pending')
  expect(outcomeOf({ status: 'safe', error: null, cancelled: true }, 'included')).toBe('pending')
  expect(outcomeOf({ status: 'cancelled', error: null, cancelled: true }, 'included')).toBe('not-executed')
})
