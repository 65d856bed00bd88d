import { expect, it } from 'vitest'
import { secondsIn } from './RetryAfter'

const nowMs = Date.UTC(2026, 10, 29, 12, 0, 0)

it.each([
  ['30', 30],
  [' 7 ', 7],
  ['0', 1],
  ['999999999999999999999', 86_400],
  ['Sun, 29 Nov 2026 12:00:30 GMT', 30],
  ['Sunday, 29-Nov-26 12:01:00 GMT', 60],
  ['Sun Nov 29 12:00:07 2026', 7],
  ['Sun, 29 Nov 2026 11:00:00 GMT', 1],
  ['Wed, 29 Nov 2028 12:00:00 GMT', 86_400],
])('%j is %d seconds', (value, seconds) => {
  expect(secondsIn(value, nowMs)).toBe(seconds)
})

it.each([undefined, '', 'soon', '-5', '1.5', '1e3', '2026-11-29T12:00:30Z', '30, 60', 'Sun, 99 Foo 2026 12:00:00 GMT'])(
  '%j is not readable',
  (value) => {
    expect(secondsIn(value, nowMs)).toBeUndefined()
  },
)
