import { expect, test, vi } from 'vitest'
import type { AppError } from '@/lib/errors'
import * as Turns from './Turns'

test('a few jobs start at once, the others in order, and jobs beyond the queue are refused', () => {
  const turns = Turns.create({ atOnce: 2, turnMs: 60_000, waitingMax: 2 })
  const ends: (() => void)[] = []
  const refusals: AppError[] = []
  for (let n = 0; n < 5; n++)
    turns.take(
      (end) => ends.push(end),
      (problem) => refusals.push(problem),
    )
  expect(ends).toHaveLength(2)
  expect(refusals.map(({ status, headers }) => [status, headers['Retry-After']])).toEqual([[429, '1']])
  ends[1]?.()
  ends[1]?.()
  expect(ends).toHaveLength(3)
  ends[0]?.()
  ends[2]?.()
  ends[3]?.()
  expect(ends).toHaveLength(4)
})

test('a job that only waits frees its slot', () => {
  vi.useFakeTimers()
  try {
    const turns = Turns.create({ atOnce: 1, turnMs: 100, waitingMax: 10 })
    const begun: number[] = []
    for (const n of [1, 2])
      turns.take(
        () => begun.push(n),
        () => expect.fail(),
      )
    expect(begun).toEqual([1])
    vi.advanceTimersByTime(100)
    expect(begun).toEqual([1, 2])
  } finally {
    vi.useRealTimers()
  }
})
