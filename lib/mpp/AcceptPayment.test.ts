import { describe, expect, it } from 'vitest'
import * as AcceptPayment from './AcceptPayment'

const offers = [
  { method: 'evm', intent: 'charge' },
  { method: 'tempo', intent: 'charge' },
]
const select = (header: string | undefined) => AcceptPayment.select(offers, header).map(({ method }) => method)

describe('AcceptPayment.select', () => {
  it.each([
    ['what it names', 'tempo/charge', ['tempo']],
    ['the better liked first', 'evm/charge;q=0.4, tempo/charge;q=0.5', ['tempo', 'evm']],
    ['equal likes in our order', 'tempo/charge, evm/charge', ['evm', 'tempo']],
    ['a wildcard method', '*/charge', ['evm', 'tempo']],
    ['a wildcard intent', 'evm/*', ['evm']],
    ['the most specific entry', '*/*, evm/charge;q=0', ['tempo']],
    ['spaces, empty parts and other parameters', ' tempo/charge ; v=1 ; q=1.0 ,,', ['tempo']],
  ])('follows %s', (_, header, expected) => expect(select(header)).toEqual(expected))

  it.each([
    ['absent', undefined],
    ['empty', ''],
    ['malformed', 'tempo'],
    ['malformed in one part', 'tempo/charge, EVM/charge'],
    ['out of range', 'tempo/charge;q=2'],
    ['not a number', 'tempo/charge;q=x'],
    ['without a match', 'stripe/charge'],
    ['a refusal of everything', '*/*;q=0'],
  ])('ignores a header that is %s', (_, header) => expect(select(header)).toEqual(['evm', 'tempo']))
})
