import type { Reader } from '../ctx'
import { db, sql } from '@/lib/db'
import { Filter, Page } from '@/lib/paging'
import { paymentConditions } from './load-payments'
import { readableLines } from './payment-rows'
import { shape, tabs, type PaymentFilter, type PaymentTab } from './PaymentFilter'

/**
 * How many lines each tab of the list has with the rest of the filter. Each count stops at one more than `Page.countMax`. One statement.
 * Reads only.
 */
export async function countTabs(reader: Reader, filter: PaymentFilter): Promise<Record<PaymentTab, number>> {
  const { ofPayments, ofChannels } = readableLines(reader, filter)
  const { kind: _kind, status: _status, settlement: _settlement, ...rest } = filter
  const names = Object.keys(tabs) as PaymentTab[]
  const counts = names.map((name) => {
    const { payments, sessions } = paymentConditions(ofPayments, ofChannels, {
      ...rest,
      ...Filter.read(shape, tabs[name]).values,
    })
    return sql`(SELECT count(*)::int FROM (
      (SELECT FROM payment t WHERE ${payments} ORDER BY t.created_at DESC, t.id LIMIT ${Page.countLimit})
      UNION ALL (SELECT FROM channel t WHERE ${sessions} ORDER BY t.created_at DESC, t.id LIMIT ${Page.countLimit})
      LIMIT ${Page.countLimit}) counted)`
  })
  const all = counts.reduce((list, count) => sql`${list}, ${count}`)
  const [row] = await db.query<{ counts: number[] }>(sql`SELECT ARRAY[${all}] AS counts`)
  return Object.fromEntries(names.map((name, index) => [name, row?.counts[index] ?? 0])) as Record<PaymentTab, number>
}
