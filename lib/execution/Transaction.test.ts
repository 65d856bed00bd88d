import { expect, it } from 'vitest'
import * as TransactionOutcome from './TransactionOutcome'
import * as Transaction from './Transaction'

const finals = ['final', 'reverted', 'expired', 'cancelled', 'failed']

it('ends in exactly these', () => {
  expect(Transaction.statuses.filter(Transaction.isFinal).sort()).toEqual([...finals].sort())
})

it('shows as problems what a person should look at', () => {
  expect(Transaction.statuses.filter(Transaction.isProblem).sort()).toEqual(['expired', 'failed', 'held', 'reverted'])
})

it('can end from everywhere, and nothing leads out of an end', () => {
  for (const status of Transaction.statuses) {
    const reached = new Set<Transaction.TransactionStatus>([status])
    for (const from of reached) for (const to of Transaction.transitions[from]) reached.add(to)
    expect([...reached].some(Transaction.isFinal)).toBe(true)
  }
  for (const end of finals)
    expect(
      Transaction.statuses.filter((from) => Transaction.mayBecome(from).includes(end as Transaction.TransactionStatus)),
    ).toEqual([])
})

it('never fails what is in a block, and never forgets what was signed', () => {
  expect(Transaction.mayBecome('failed')).not.toContain('included')
  expect(Transaction.mayBecome('failed')).not.toContain('safe')
  expect(Transaction.mayBecome('queued')).toEqual([])
  expect(Transaction.mayBecome('cancelled')).not.toContain('signed')
  expect(Transaction.mayBecome('cancelled')).not.toContain('submitted')
})

it('goes back to submitted only from blocks that can vanish', () => {
  expect(Transaction.mayBecome('submitted').sort()).toEqual(['held', 'included', 'safe', 'signed', 'submitted'])
})

it('is not over while only a cancelling attempt is in a block', () => {
  const row = { hash: '0x01', blockNumber: 5n, error: null, logs: [], lastHash: '0x01', isCancelled: true } as const
  expect(TransactionOutcome.from({ reorgs: 0, ...row, status: 'included' })).toEqual({ kind: 'unknown', hash: '0x01' })
  expect(TransactionOutcome.from({ reorgs: 0, ...row, status: 'cancelled', error: 'no' })).toEqual({
    kind: 'failed',
    reason: 'no',
  })
})

it('reads a row as an outcome', () => {
  const row = { hash: '0x01', blockNumber: 5n, error: null, logs: [], lastHash: '0x02' } as const
  expect(TransactionOutcome.from({ reorgs: 0, ...row, status: 'included' })).toEqual({
    kind: 'included',
    hash: '0x01',
    blockNumber: 5n,
    logs: [],
    isFinal: false,
    reorgs: 0,
  })
  expect(TransactionOutcome.from({ reorgs: 0, ...row, status: 'safe', error: 'no' })).toEqual({
    kind: 'reverted',
    hash: '0x01',
    blockNumber: 5n,
    reason: 'no',
    isFinal: false,
    reorgs: 0,
  })
  expect(TransactionOutcome.from({ reorgs: 2, ...row, status: 'reverted', error: 'no' })).toMatchObject({
    kind: 'reverted',
    isFinal: true,
    reorgs: 2,
  })
  expect(TransactionOutcome.from({ reorgs: 0, ...row, status: 'submitted', hash: null, blockNumber: null })).toEqual({
    kind: 'unknown',
    hash: '0x02',
  })
  expect(
    TransactionOutcome.from({ reorgs: 0, ...row, status: 'queued', hash: null, blockNumber: null, lastHash: null }),
  ).toEqual({
    kind: 'unknown',
  })
  expect(TransactionOutcome.from({ reorgs: 0, ...row, status: 'expired', error: 'late' })).toEqual({
    kind: 'failed',
    reason: 'late',
  })
})
