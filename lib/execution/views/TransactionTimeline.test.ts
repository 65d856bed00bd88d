import { describe, expect, it } from 'vitest'
import * as TransactionTimeline from './TransactionTimeline'
import type { AttemptView, TransactionDetail } from './TransactionView'

const t = (ms: number) => new Date(1_800_000_000_000 + ms).toISOString()

const attempt = (seq: number, ms: number, kind = 'call') =>
  ({ seq, kind, hash: `0x${seq}`, signedAt: t(ms) }) as AttemptView

/** As far as a trace looks at it. */
const transaction = (change: Partial<TransactionDetail> = {}) =>
  ({
    status: 'queued',
    kind: 'call',
    createdAt: t(0),
    retryOf: null,
    intent: {
      createdAt: t(0),
      rules: [{ rule: 'contract', ok: true, detail: '' }],
      position: 0,
      transactions: [{ id: 'a', position: 0, status: 'queued' }],
    },
    accepted: { ok: true },
    simulation: null,
    attemptList: [],
    hash: null,
    error: null,
    blockNumber: null,
    includedAt: null,
    safeAt: null,
    finalAt: null,
    ...change,
  }) as TransactionDetail

const titles = (steps: readonly TransactionTimeline.TransactionTimelineStep[]) =>
  steps.map(({ title, at }) => (at === null ? `(${title})` : title))

describe('a timeline', () => {
  it('begins with request, decision and simulation, and ends with the expected steps', () => {
    expect(titles(TransactionTimeline.from(transaction(), []))).toEqual([
      'Requested',
      'Allowed by its policy',
      'Simulated and accepted',
      '(Simulated, priced, signed and sent)',
      '(Included)',
      '(Safe)',
      '(Final)',
    ])
  })

  it('lists attempts, holds and removed blocks in order', () => {
    const steps = TransactionTimeline.from(
      transaction({
        status: 'final',
        simulation: { ok: true } as TransactionDetail['simulation'],
        attemptList: [attempt(1, 30), attempt(2, 60)],
        hash: '0x2',
        blockNumber: '1001',
        includedAt: t(100),
        safeAt: t(110),
        finalAt: t(120),
      }),
      [
        { type: 'transaction.held', at: t(10), data: { reason: 'no funds' } },
        { type: 'transaction.simulated', at: t(30), data: {} },
        { type: 'transaction.included', at: t(40), data: { blockNumber: '1000' } },
        { type: 'transaction.reorged', at: t(50), data: {} },
        { type: 'transaction.included', at: t(100), data: { blockNumber: '1001' } },
      ],
    )
    expect(titles(steps).slice(3)).toEqual([
      'Held',
      'Simulated again before signing',
      'Attempt 1 signed',
      'Included in block 1,000',
      'Its block left the chain',
      'Attempt 2 signed, with higher fees',
      'Included in block 1,001',
      'Safe',
      'Final',
    ])
    expect(steps[3]).toMatchObject({ state: 'held', detail: 'no funds', sinceMs: 10 })
  })

  it('distinguishes a cancelling attempt from the call, and a revert from a success', () => {
    const included = { status: 'included', blockNumber: '7', includedAt: t(90) } as const
    const cancelled = transaction({ ...included, attemptList: [attempt(1, 1), attempt(2, 2, 'cancel')], hash: '0x2' })
    expect(titles(TransactionTimeline.from(cancelled, []))).toContain('Cancelled in block 7')
    const reverted = transaction({ ...included, attemptList: [attempt(1, 1)], hash: '0x1', error: 'too late' })
    expect(TransactionTimeline.from(reverted, []).find(({ key }) => key === 'included')).toMatchObject({
      title: 'Reverted in block 7',
      state: 'failed',
      detail: 'too late',
    })
  })

  it('in a sequence waits for the transaction before, and has no expected steps after an end', () => {
    const of = (status: TransactionDetail['status']) =>
      transaction({
        intent: {
          ...transaction().intent!,
          position: 1,
          transactions: [
            { id: 'a', position: 0, status },
            { id: 'b', position: 1, status: 'queued' },
          ],
        },
      })
    expect(titles(TransactionTimeline.from(of('submitted'), []))).toContain('(The transaction before it is included)')
    expect(titles(TransactionTimeline.from(of('included'), []))).not.toContain(
      '(The transaction before it is included)',
    )
    const failed = TransactionTimeline.from(transaction({ status: 'failed' }), [
      { type: 'transaction.failed', at: t(5), data: {} },
    ])
    expect(failed.filter(({ state }) => state === 'waiting')).toEqual([])
  })
})
