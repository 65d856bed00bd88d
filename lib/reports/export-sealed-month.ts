import { findSealedEvent } from '@/lib/audit'
import { AppError } from '@/lib/errors'
import type { MonthFile } from '@/lib/proof'
import { findClosedBefore } from './find-closed-before'
import { findClosedMonth } from './find-closed-month'
import { openingOf } from './find-balances'
import type { Month } from './Month'
import { sealedLines } from './sealed-lines'

/**
 * The sealed file of a closed month, for `npm run audit:verify` and the verify page: the same bytes at any time. Reads as the caller
 * reads.
 * @throws AppError month-open; unavailable until the log's next checkpoint, which comes within seconds.
 */
export async function exportSealedMonth(merchantId: string, month: Month): Promise<AsyncGenerator<string>> {
  const closed = await findClosedMonth(merchantId, month)
  if (!closed) throw new AppError('month-open', `${month} is not closed, so it has no sealed file.`)
  const sealed = await findSealedEvent(merchantId, 'month.closed', { month })
  if (!sealed)
    throw new AppError(
      'unavailable',
      'No checkpoint covers the close yet. One is signed every two seconds: try again.',
      {
        headers: { 'Retry-After': '2' },
      },
    )
  const opening = openingOf(await findClosedBefore(merchantId, month))
  const end: MonthFile.MonthEnd = { end: { entries: Number(closed.entries), digest: closed.digest, ...sealed } }
  return write(sealedLines(merchantId, month, opening), end)
}

async function* write(lines: AsyncGenerator<string, unknown>, end: MonthFile.MonthEnd): AsyncGenerator<string> {
  for (;;) {
    const { value, done } = await lines.next()
    if (done) break
    yield value as string
  }
  yield `${JSON.stringify(end)}\n`
}
