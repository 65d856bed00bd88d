import { Csv } from '@/lib/sheet'
import { decimal, type Booking } from './Booking'

/**
 * Journal entries for QuickBooks Online: lines with one journal number are one entry, accounts have names.
 * https://quickbooks.intuit.com/learn-support/en-au/help-article/import-export-files/import-journal-entries-quickbooks-online/L4tQBwbs7_AU_en_AU
 */

export function head(): string {
  return Csv.line(['Journal No.', 'Journal Date', 'Account Name', 'Debits', 'Credits', 'Description', 'Currency'])
}

export function lines({ voucher, day, debit, credit, cents, text }: Booking): string {
  const date = `${day.slice(5, 7)}/${day.slice(8)}/${day.slice(0, 4)}`
  const line = (account: string, debits: string, credits: string) =>
    Csv.line([voucher, date, account, debits, credits, text, 'USD'])
  return line(debit, decimal(cents), '') + line(credit, '', decimal(cents))
}
