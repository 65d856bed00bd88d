import { Chain, labelNetwork } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'
import { type Booking, BookingPiles } from './Booking'
import type { BookSettings, JournalScheme } from './BookSettings'
import * as Datev from './Datev'
import { findBalances } from './find-balances'
import { findBookSettings } from './find-book-settings'
import { findClosedMonth } from './find-closed-month'
import type { Month } from './Month'
import * as QuickBooks from './QuickBooks'
import { readJournal } from './read-journal'
import * as Xero from './Xero'

/**
 * A month's journal for a bookkeeping program, as pieces of its file; adds up each day (for Xero the month) to cents. A closed month uses
 * the account numbers that it was closed with, so that its file stays the same. Reads as the caller reads.
 * @throws AppError bad-request if a token of the month has no known value.
 */
export async function exportBookings(
  merchantId: string,
  month: Month,
  scheme: JournalScheme,
): Promise<AsyncGenerator<string>> {
  const [closed, current, balances] = await Promise.all([
    findClosedMonth(merchantId, month),
    findBookSettings(merchantId),
    findBalances(merchantId, month),
  ])
  const unknown = balances.filter(({ network, asset }) => !find(network as Caip2, asset))
  if (unknown.length > 0) {
    const names = [...new Set(unknown.map(({ network, asset }) => `${asset} on ${network}`))].join(', ')
    throw new AppError(
      'bad-request',
      `The value of these tokens is unknown: ${names}. Take the journal as CSV instead.`,
    )
  }
  const settings = closed?.settings ?? current
  const writer = writers[scheme](month, settings, closed?.closedAt ?? new Date())
  return write(merchantId, month, new BookingPiles({ settings, scheme, find, per: writer.per }), writer)
}

type BookingWriter = { head: string; per: 'day' | 'month'; toText(booking: Booking): string }

const writers: Record<JournalScheme, (month: Month, settings: BookSettings, madeAt: Date) => BookingWriter> = {
  datev: (month, settings, madeAt) => ({
    head: Datev.head(month, settings, madeAt),
    per: 'day',
    toText: (booking) => Datev.line(booking),
  }),
  xero: (_, settings) => ({
    head: Xero.head(),
    per: 'month',
    toText: (booking) => Xero.lines(booking, settings),
  }),
  quickbooks: () => ({ head: QuickBooks.head(), per: 'day', toText: (booking) => QuickBooks.lines(booking) }),
}

async function* write(
  merchantId: string,
  month: Month,
  piles: BookingPiles,
  { head, toText }: BookingWriter,
): AsyncGenerator<string> {
  yield head
  for await (const page of readJournal(merchantId, month)) {
    const text = page.flatMap((entry) => piles.add(entry)).map(toText)
    if (text.length > 0) yield text.join('')
  }
  yield piles.flush().map(toText).join('')
}

function find(network: Caip2, asset: string) {
  const token = Chain.findDollar(network, asset)
  return token && { ...token, networkName: labelNetwork(network).name }
}
