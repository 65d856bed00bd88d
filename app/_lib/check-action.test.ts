import { expect, test } from 'vitest'
import { isReadable } from './check-action'

test.each([
  ['no JSON', '{'],
  ['no list', 'null'],
  ['a number', '5'],
  ['an object', '{"then":"$1"}'],
  ['a way into a prototype', '["$1:constructor:constructor"]'],
  ['a way into a prototype of its own', '["$0:constructor"]'],
  ['itself under a name that it has not', '["$0:4"]'],
  ['a function', '["$F1"]'],
  ['a map', '["$Q1"]'],
  ['a blob', '["$B1"]'],
  ['a promise', '["$@1"]'],
  ['bytes', '["$o1"]'],
  ['a stream', '["$R1"]'],
  ['a bigint that is none', '["$nx"]'],
  ['lists within lists', '['.repeat(20_000) + ']'.repeat(20_000)],
  ['too many arguments', JSON.stringify(Array.from({ length: 10_001 }, () => 0))],
])('%s is refused', (_, text) => {
  expect(isReadable(text)).toBe(false)
})

test('plain arguments are taken', async () => {
  const shared = { to: '0x1' }
  expect(isReadable('[]')).toBe(true)
  expect(
    isReadable(JSON.stringify(['$$5', '$undefined', '$n12', '$D2026-01-01T00:00:00.000Z', '$NaN', null, { a: [1] }])),
  ).toBe(true)
  expect(isReadable(JSON.stringify([{ calls: [shared] }, '$0:0:calls:0']))).toBe(true)
})
