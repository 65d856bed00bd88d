import { describe, expect, it } from 'vitest'
import { IntentProgress } from '.'

const part = (status: string, change: Partial<IntentProgress.ProgressPart> = {}) =>
  ({
    id: status,
    status,
    hash: null,
    blockNumber: null,
    error: null,
    heldReason: null,
    isCancelling: false,
    ...change,
  }) as IntentProgress.ProgressPart
const of = (
  finality: IntentProgress.IntentProgress['finality'],
  ...transactions: IntentProgress.ProgressPart[]
): IntentProgress.IntentProgress => ({
  intentId: 'i',
  finality,
  transactions,
})

describe('verdict', () => {
  it.each([
    ['queued', 'included', 'pending'],
    ['held', 'included', 'pending'],
    ['submitted', 'included', 'pending'],
    ['included', 'included', 'done'],
    ['included', 'safe', 'pending'],
    ['safe', 'safe', 'done'],
    ['safe', 'final', 'pending'],
    ['final', 'included', 'done'],
    ['reverted', 'included', 'failed'],
    ['cancelled', 'included', 'failed'],
    ['expired', 'final', 'failed'],
    ['failed', 'included', 'failed'],
  ] as const)('of a transaction that is %s and waits for %s is %s', (status, finality, verdict) => {
    expect(IntentProgress.verdict(of(finality, part(status)))).toBe(verdict)
  })

  it('does not treat an inclusion as a success', () => {
    const reverted = of('included', part('included', { error: 'no' }))
    expect([IntentProgress.verdict(reverted), IntentProgress.reason(reverted)]).toEqual(['doomed', 'no'])
    expect(IntentProgress.verdict(of('included', part('safe', { isCancelling: true })))).toBe('doomed')
  })

  it('waits for a whole sequence, but not after a failure', () => {
    expect(IntentProgress.verdict(of('included', part('included'), part('queued')))).toBe('pending')
    expect(IntentProgress.verdict(of('included', part('included'), part('included')))).toBe('done')
    const stopped = of('included', part('final'), part('failed', { error: 'why' }), part('queued'))
    expect([IntentProgress.verdict(stopped), IntentProgress.reason(stopped)]).toEqual(['failed', 'why'])
  })

  it('ignores an earlier error while the transaction is in progress', () => {
    expect(IntentProgress.verdict(of('included', part('submitted', { error: 'old' })))).toBe('pending')
  })
})
