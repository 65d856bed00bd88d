import { expect, it } from 'vitest'
import { daysLeft } from './days-left'

it.each([
  [null, undefined],
  [0, 'less than an hour of gas left'],
  [0.5, '12 hours of gas left'],
  [1.9, '1 day of gas left'],
  [1_200, '1,200 days of gas left'],
  [1e9, 'gas for over ten years'],
])('%s days: %s', (days, words) => expect(daysLeft(days)).toBe(words))
