import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Amount } from '.'

it('shows every amount so that it reads back to the same amount', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 18n - 1n), (micros) => {
      const shown = Amount.formatDollars(micros).replaceAll(',', '')
      expect(Amount.parseDollars(shown)).toBe(micros)
    }),
  )
})

it('reads nothing as money that is not its own decimal form', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), (text) => {
      let amount: bigint
      try {
        amount = Amount.parseBase(text)
      } catch {
        return
      }
      expect(amount.toString()).toBe(text)
    }),
  )
})
