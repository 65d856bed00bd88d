import { expect, test } from 'vitest'
import * as Bucket from './Bucket'
import { limitRate } from './limit-rate'

test('gives a burst at once, then so many a second, and says how long to wait', () => {
  let fullAtMs: number | undefined
  const takeAt = (nowMs: number) => {
    const result = Bucket.take(fullAtMs, { burst: 3, everyMs: 500 }, nowMs)
    if ('waitMs' in result) return result.waitMs
    fullAtMs = result.fullAtMs
    return 'taken'
  }
  expect([takeAt(0), takeAt(0), takeAt(0), takeAt(0)]).toEqual(['taken', 'taken', 'taken', 500])
  expect([takeAt(499), takeAt(500), takeAt(500)]).toEqual([1, 'taken', 500])
  // Never more than a burst, however long it was quiet.
  expect([takeAt(60_000), takeAt(60_000), takeAt(60_000), takeAt(60_000)]).toEqual(['taken', 'taken', 'taken', 500])
})

test('holds one key back and no other', () => {
  const flood = () => {
    for (let sent = 0; sent < 1_000; sent++) limitRate('one')
  }
  expect(flood).toThrow(expect.objectContaining({ code: 'rate-limited', headers: { 'Retry-After': '1' } }))
  expect(() => limitRate('other')).not.toThrow()
})
