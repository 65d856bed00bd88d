import { Csv } from '@/lib/sheet'
import { decimal, type Booking } from './Booking'
import type { BookSettings } from './BookSettings'

/**
 * Xero's template for manual journals: a line per account, a debit above zero, a credit below. Lines with one narration and date are one
 * journal. A file may have 300 lines, so that bookings of a month, not of a day, fit. https://help.xero.com/nz/ManualJournalsImport
 */

export function head(): string {
  return Csv.line([
    '*Narration',
    '*Date',
    'Description',
    '*AccountCode',
    '*TaxRate',
    '*Amount',
    'TrackingName1',
    'TrackingOption1',
    'TrackingName2',
    'TrackingOption2',
  ])
}

export function lines({ voucher, day, debit, credit, cents, text }: Booking, { taxRate }: BookSettings): string {
  const date = day.split('-').toReversed().join('/')
  const line = (account: string, amount: string) =>
    Csv.line([voucher, date, text, account, taxRate, amount, '', '', '', ''])
  return line(debit, decimal(cents)) + line(credit, `-${decimal(cents)}`)
}
