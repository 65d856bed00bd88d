import { expect, it, test } from 'vitest'
import { defaults } from './SettlementTerms'
import * as SettlementTermsDraft from './SettlementTermsDraft'

const typed = SettlementTermsDraft.from(defaults)

it('reads what it writes', () => {
  expect(typed).toMatchObject({ units: '', amount: '1.00', interval: '1 h', idleClose: '30 d', payerMax: '' })
  expect(SettlementTermsDraft.parse(typed)).toEqual(defaults)
})

test.each<[keyof SettlementTermsDraft.SettlementTermsInput, string, number | bigint | null]>([
  ['interval', '90 s', 90_000],
  ['interval', ' 2h 30min ', 9_000_000],
  ['interval', '1 D', 86_400_000],
  ['interval', '', null],
  ['units', '1000', 1_000],
  ['amount', '$0.000001', 1n],
  ['excessMax', '0', 0n],
])('%s %j', (field, text, value) => {
  const { schedule } = SettlementTermsDraft.parse({ ...typed, [field]: text })
  expect(Object.values(schedule)).toContain(value)
})

test.each<[keyof SettlementTermsDraft.SettlementTermsInput, string, string]>([
  ['units', '0', 'from 1 to'],
  ['units', '1.5', 'whole number'],
  ['amount', '0', 'more than zero'],
  ['amount', '0.0000001', 'six decimals'],
  ['interval', '1', 'such as'],
  ['interval', '-1 h', 'such as'],
  ['interval', '1 s', 'from 10 s to 14 d'],
  ['interval', '15 d', 'from 10 s to 14 d'],
  ['idleClose', '1 min', 'from 10 min to 365 d'],
  ['excessMax', '', 'dollars'],
  ['minDeposit', '', 'dollars'],
  ['vouchersPerSecond', 'many', 'whole number'],
  ['payerMax', '1', 'lower the limit of a channel'],
])('refuses %s %j and names the field', (field, text, message) => {
  const { policy, errors } = SettlementTermsDraft.parseUnfinished({ ...typed, [field]: text })
  expect(policy).toBeUndefined()
  expect(errors).toEqual([{ field, message: expect.stringContaining(message) }])
})

it('wants one reason to settle, and every field', () => {
  const never = { ...typed, units: '', amount: ' ', interval: '', exposure: '' }
  expect(() => SettlementTermsDraft.parse(never)).toThrow(
    expect.objectContaining({ code: 'bad-input', fields: [expect.objectContaining({ field: 'interval' })] }),
  )
  expect(SettlementTermsDraft.parseUnfinished(null).errors).toHaveLength(1)
  expect(SettlementTermsDraft.parseUnfinished({}).errors).toHaveLength(Object.keys(typed).length)
})
