import fc from 'fast-check'
import { expect, it } from 'vitest'
import { marksUpTo } from './chart-scale'

it.each([
  [0, false, [0, 1]],
  [1, false, [0, 0.25, 0.5, 0.75, 1]],
  [0.0105, false, [0, 0.005, 0.01, 0.015]],
  [7, true, [0, 2, 4, 6, 8]],
  [1, true, [0, 1]],
  [3, true, [0, 1, 2, 3]],
  [1234, false, [0, 500, 1000, 1500]],
])('marks 0 to %j (whole: %j)', (max, isWhole, marks) => {
  expect(marksUpTo(max, isWhole)).toEqual(marks)
})

it('always covers the value with few equal steps', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1e12, noNaN: true }), fc.boolean(), (max, isWhole) => {
      const marks = marksUpTo(max, isWhole)
      expect(marks.length).toBeGreaterThanOrEqual(2)
      expect(marks.length).toBeLessThanOrEqual(5)
      expect(marks.at(-1)).toBeGreaterThanOrEqual(max * (1 - 1e-8))
    }),
  )
})
