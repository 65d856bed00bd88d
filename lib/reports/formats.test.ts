import { expect, it } from 'vitest'
import { type Booking, BookingPiles } from './Booking'
import { defaults } from './BookSettings'
import * as Datev from './Datev'
import type { JournalEntry } from './Journal'
import * as QuickBooks from './QuickBooks'
import * as Xero from './Xero'

const merchant = '11111111-1111-4111-8111-111111111111'
const entry = (day: string, amountBase: bigint, more: Partial<JournalEntry> = {}): JournalEntry => ({
  id: 1n,
  at: new Date(`${day}T12:00:00Z`),
  reason: 'earn',
  debit: `receivable:${merchant}`,
  credit: `revenue:${merchant}`,
  network: 'eip155:8453',
  asset: '0xa',
  amountBase,
  paymentId: 'p',
  channelId: null,
  payer: null,
  resourceId: null,
  corrects: null,
  ...more,
})
const find = () => ({ decimals: 6, symbol: 'USDC', networkName: 'Base' })
const book = (entries: JournalEntry[], per: 'day' | 'month' = 'day'): Booking[] => {
  const piles = new BookingPiles({ settings: defaults, scheme: 'datev', find, per })
  return [...entries.flatMap((one) => piles.add(one)), ...piles.flush()]
}

it('carries fractions of a cent from day to day, so that a month adds up to its exact sum', () => {
  const days = Array.from({ length: 30 }, (_, index) => `2026-11-${String(index + 1).padStart(2, '0')}`)
  const bookings = book(days.map((day) => entry(day, 3_000n)))
  // 30 × $0.003 is nine cents: every third or fourth day has one.
  expect(bookings.map(({ cents }) => cents)).toEqual(Array.from({ length: 9 }, () => 1n))
  expect(bookings[0]).toEqual({
    voucher: 'SL-202611-0001',
    day: '2026-11-04',
    debit: '1360',
    credit: '8200',
    cents: 1n,
    text: 'Sale, 1 x USDC on Base',
  })
  expect(
    book(
      days.map((day) => entry(day, 3_000n)),
      'month',
    ),
  ).toMatchObject([{ day: '2026-11-30', cents: 9n }])
})

it('keeps corrections of a closed month apart, and leaves out what moves within one account', () => {
  const refund = { reason: 'refund_owed', debit: `revenue:${merchant}`, credit: `refund_payable:${merchant}` }
  expect(
    book([
      entry('2026-11-01', 1_000_000n),
      entry('2026-11-01', 500_000n, refund),
      entry('2026-11-01', 250_000n, { ...refund, corrects: '2026-10' }),
      entry('2026-11-01', 250_000n, { debit: 'own_wallet:0x1', credit: 'refund_wallet:0x2' }),
    ]).map(({ debit, credit, cents, text }) => [debit, credit, cents, text]),
  ).toEqual([
    ['1360', '8200', 100n, 'Sale, 1 x USDC on Base'],
    ['8200', '1700', 25n, 'Correction of 2026-10: Refund due, 1 x USDC on Base'],
    ['8200', '1700', 50n, 'Refund due, 1 x USDC on Base'],
  ])
})

const booking: Booking = {
  voucher: 'SL-202611-0001',
  day: '2026-11-04',
  debit: '1360',
  credit: '8200',
  cents: 123_456n,
  text: 'Sale, 3 x "USDC"',
}

it('writes DATEV’s posting batch: 31 head fields, 125 columns, a comma, day and month', () => {
  const [head = '', names = '', end] = Datev.head(
    '2026-11',
    { ...defaults, yearStart: '07' },
    new Date(1_764_500_000_123),
  ).split('\r\n')
  expect(head).toBe(
    '"EXTF";700;21;"Buchungsstapel";13;20251130105320123;;"RE";"";"";1001;1;20260701;4;20261101;20261130;"Sluice 2026-11";"";1;0;0;"USD";;"";;;"03";;;"";""',
  )
  expect(head.split(';')).toHaveLength(31)
  expect(names.split(';')).toHaveLength(125)
  expect(end).toBe('')
  const fields = Datev.line(booking).trimEnd().split(';')
  expect(fields).toHaveLength(125)
  expect(fields.slice(0, 14).join(';')).toBe(
    '1234,56;"S";"USD";;;"";1360;8200;"";0411;"SL-202611-0001";"";;"Sale, 3 x ""USDC"""',
  )
  expect(Datev.head('2026-03', { ...defaults, yearStart: '07' }, new Date(0))).toContain(';20250701;')
})

it('writes Xero’s manual journal: debit above zero, credit below, equal', () => {
  expect(Xero.head()).toMatch(/^\*Narration,\*Date,Description,\*AccountCode,\*TaxRate,\*Amount,/)
  expect(Xero.lines({ ...booking, text: 'Sale' }, defaults)).toBe(
    'SL-202611-0001,04/11/2026,Sale,1360,Tax Exempt,1234.56,,,,\r\nSL-202611-0001,04/11/2026,Sale,8200,Tax Exempt,-1234.56,,,,\r\n',
  )
})

it('writes QuickBooks’ journal entries: debits and credits in their columns', () => {
  expect(QuickBooks.head() + QuickBooks.lines({ ...booking, text: 'Sale' })).toBe(
    'Journal No.,Journal Date,Account Name,Debits,Credits,Description,Currency\r\n' +
      'SL-202611-0001,11/04/2026,1360,1234.56,,Sale,USD\r\nSL-202611-0001,11/04/2026,8200,,1234.56,Sale,USD\r\n',
  )
})
