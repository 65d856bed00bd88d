import { createHash } from 'node:crypto'
import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { MemberScope } from '@/lib/auth'
import { json, sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { type ClosedMonth, toStoredBalance } from './close-rows'
import { findBookSettings } from './find-book-settings'
import { findClosedBefore } from './find-closed-before'
import { findClosedMonth } from './find-closed-month'
import { findOpenItems } from './find-open-items'
import { openingOf } from './find-balances'
import * as Month from './Month'
import { sealedLines, type SealedSums } from './sealed-lines'

/**
 * Closes a month of the scope's merchant: reads its journal once, stores the balance of each account and the digest of the sealed
 * file, and records both as an event of the audit log, whose next checkpoint seals it. May be called twice, and by two at once: the
 * month is closed once, and the result is the same.
 * @throws AppError bad-input, not-allowed, month-not-final with what may still change.
 */
export async function closeMonth(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  input: { month: string },
): Promise<ClosedMonth> {
  const month = parseMonth(input.month)
  const { merchantId } = scope
  MemberScope.assertMay(scope, merchantId, 'books')
  const known = await findClosedMonth(merchantId, month)
  if (known) return known
  await assertFinal(merchantId, month)
  const settings = await findBookSettings(merchantId)
  const { digest, entries, balances } = await digestOf(merchantId, month)
  await withTransaction(async (tx) => {
    const written = await tx.execute(sql`
      INSERT INTO month_close (merchant_id, month, entries, balances, digest, settings, closed_by, closed_at)
      VALUES (${merchantId}::uuid, ${Month.start(month)}::date, ${entries}, ${json(balances.map(toStoredBalance))}::jsonb,
        decode(${digest}, 'hex'), ${json(settings)}::jsonb, ${scope.address}, ${new Date(ctx.now())})
      ON CONFLICT (merchant_id, month) DO NOTHING`)
    if (written === 0) return
    const data = { month, entries: entries.toString(), digest, accounts: balances.length }
    await recordEvent(tx, ctx, { type: 'month.closed', merchantId, data })
  })
  const closed = await findClosedMonth(merchantId, month)
  if (!closed) throw new Error(`the close of ${month} is not stored`)
  return closed
}

function parseMonth(text: string): Month.Month {
  const parsed = Month.schema.safeParse(text)
  if (parsed.success) return parsed.data
  const message = 'Write a month as 2026-11'
  throw new AppError('bad-input', message, { fields: [{ field: 'month', message }] })
}

async function assertFinal(merchantId: string, month: Month.Month): Promise<void> {
  const items = await findOpenItems(merchantId, month)
  if (items.length > 0) throw new AppError('month-not-final', items.map(({ text }) => text).join(' '))
}

async function digestOf(merchantId: string, month: Month.Month): Promise<SealedSums & { digest: string }> {
  const hash = createHash('sha256')
  const lines = sealedLines(merchantId, month, openingOf(await findClosedBefore(merchantId, month)))
  for (;;) {
    const { value, done } = await lines.next()
    if (done) return { ...value, digest: hash.digest('hex') }
    hash.update(value)
  }
}
