import { expect, test } from 'vitest'
import { duration } from './duration'

test.each([
  [0, '0 ms'],
  [140, '140 ms'],
  [1_940, '1.9 s'],
  [59_949, '59.9 s'],
  [60_000, '1 min'],
  [908_000, '15 min 8 s'],
  [7_500_000, '2 h 5 min'],
  [90_000_000, '1 d 1 h'],
])('%i ms is %s', (ms, text) => expect(duration(ms)).toBe(text))
