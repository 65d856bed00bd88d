import { expect, it } from 'vitest'
import * as DateRange from './DateRange'

it('ends now, so many days after it began', () => {
  expect(DateRange.lastDays(7, 1_000 * 86_400_000)).toEqual({ fromMs: 993 * 86_400_000, toMs: 1_000 * 86_400_000 })
})

it.each([NaN, 0, 91, 1.5, Infinity, '7', null, undefined, {}])('refuses %s by the name of the field', (days) => {
  expect(() => DateRange.lastDays(days, 0)).toThrow(expect.objectContaining({ code: 'bad-input' }))
})
