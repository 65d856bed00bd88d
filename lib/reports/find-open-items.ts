import { db, sql } from '@/lib/db'
import { listReconciliations } from '@/lib/settlement'
import { inBooks } from './journal-rows'
import * as Month from './Month'

/** What keeps a month from being closed. */
export type OpenItem = {
  kind:
    | 'month-running'
    | 'earlier-month-open'
    | 'payment-without-outcome'
    | 'settlement-unknown'
    | 'refund-under-way'
    | 'channel-settling'
    | 'books-differ'
  count: number
  /** What to do, in words. */
  text: string
  /** The page that lists it. */
  href: string
}

type Found = {
  isRunning: boolean
  firstOpen: string | null
  authorized: number
  pending: number
  refunds: number
  settling: number
}

/**
 * Everything of a merchant's month, and of the time before it, that may still change. Entries carry the time at which their
 * transaction began, so a month is complete when none that began in it still runs. Reads only.
 */
export async function findOpenItems(merchantId: string, month: Month.Month): Promise<OpenItem[]> {
  const end = Month.end(month)
  const own = sql`merchant_id = ${merchantId}::uuid AND created_at < ${end}`
  const closedTo = sql`coalesce((SELECT max(c.month) + interval '1 month' FROM month_close c
    WHERE c.merchant_id = ${merchantId}::uuid AND c.month < ${Month.start(month)}::date) AT TIME ZONE 'UTC', '-infinity')`
  const [[found], reconciliations] = await Promise.all([
    db.query<Found>(sql`
      SELECT now() < ${end} OR EXISTS (
          SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start < ${end}) AS is_running,
        (SELECT to_char(t.at AT TIME ZONE 'UTC', 'YYYY-MM') FROM transfer t
          WHERE ${inBooks(merchantId, new Date(0), Month.start(month))} AND t.at >= ${closedTo} ORDER BY t.at, t.id LIMIT 1) AS first_open,
        (SELECT count(*)::int FROM payment WHERE status = 'authorized' AND origin = 'gateway' AND ${own}) AS authorized,
        (SELECT count(*)::int FROM payment WHERE settlement = 'pending' AND origin = 'gateway' AND ${own}) AS pending,
        (SELECT count(*)::int FROM refund WHERE status::text NOT IN ('paid', 'cancelled') AND ${own}) AS refunds,
        (SELECT count(*)::int FROM channel WHERE settlement_id IS NOT NULL AND ${own}) AS settling`),
    listReconciliations({ operator: false, merchantId }),
  ])
  const differences = reconciliations.filter(({ differenceBase }) => differenceBase !== '0').length
  return found ? itemsOf(month, found, differences) : []
}

function itemsOf(month: Month.Month, found: Found, differences: number): OpenItem[] {
  const lastDay = Month.lastDay(month)
  const items: OpenItem[] = [
    {
      kind: 'month-running',
      count: found.isRunning ? 1 : 0,
      text: `${Month.name(month)} is not over. It ends after ${lastDay}, UTC.`,
      href: '/reports',
    },
    {
      kind: 'earlier-month-open',
      count: found.firstOpen === null ? 0 : 1,
      text: `Close ${found.firstOpen && Month.name(found.firstOpen)} first: the balances of a month begin where the month before it ends.`,
      href: `/reports/${found.firstOpen}`,
    },
    {
      kind: 'payment-without-outcome',
      count: found.authorized,
      text: `${counted(found.authorized, 'payment')} without an outcome.`,
      href: `/payments?status=authorized&to=${lastDay}`,
    },
    {
      kind: 'settlement-unknown',
      count: found.pending,
      text: `${counted(found.pending, 'payment')} whose settlement is unknown.`,
      href: `/payments?settlement=pending&to=${lastDay}`,
    },
    {
      kind: 'refund-under-way',
      count: found.refunds,
      text: `${counted(found.refunds, 'refund')} that ${found.refunds === 1 ? 'is' : 'are'} not on chain yet.`,
      href: '/refunds?status=due,sent',
    },
    {
      kind: 'channel-settling',
      count: found.settling,
      text: `${counted(found.settling, 'channel')} with a settlement under way.`,
      href: '/channels',
    },
    {
      kind: 'books-differ',
      count: differences,
      text: `${counted(differences, 'pay-to address', 'pay-to addresses')} whose balance on chain differs from the books.`,
      href: '/balances',
    },
  ]
  return items.filter(({ count }) => count > 0)
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}
