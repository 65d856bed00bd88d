import { db, sql, type Tx } from '@/lib/db'

/** What must be finished before a shop can be closed. */
export type ClosingObstacle = { words: string; href: string }

type Counts = {
  sells: boolean
  justPaused: boolean
  payments: bigint
  refunds: bigint
  channels: bigint
  transactions: bigint
}

/** Requests that were claimed before the pause end within it. */
const restSeconds = 60

/** Why a merchant cannot be closed now, each with its page; empty if it can. Reads only, also in a transaction. */
export async function findClosingObstacles(merchantId: string, tx: Pick<Tx, 'query'> = db): Promise<ClosingObstacle[]> {
  const [found] = await tx.query<Counts>(sql`
    SELECT m.paused_at IS NULL AS sells, coalesce(m.paused_at > now() - make_interval(secs => ${restSeconds}), false) AS just_paused,
      (SELECT count(*) FROM payment p WHERE p.merchant_id = m.id AND (p.status = 'authorized' OR p.settlement = 'pending')) AS payments,
      (SELECT count(*) FROM refund r JOIN payment p ON p.id = r.payment_id
        WHERE p.merchant_id = m.id AND r.status IN ('due', 'sent')) AS refunds,
      (SELECT count(*) FROM channel c WHERE c.merchant_id = m.id AND c.status IN ('opening', 'open', 'closing')) AS channels,
      (SELECT count(*) FROM transaction t
        WHERE t.merchant_id = m.id AND t.status IN ('queued', 'signed', 'submitted', 'held')) AS transactions
    FROM merchant m WHERE m.id = ${merchantId}::uuid`)
  if (!found) return []
  const { sells, justPaused, payments, refunds, channels, transactions } = found
  return [
    sells && { words: 'Sales are on: pause all sales first', href: '/settings' },
    justPaused && { words: 'Sales were paused less than a minute ago: requests may still end', href: '/settings' },
    payments > 0n && {
      words: count(payments, 'payment is', 'payments are', 'not settled'),
      href: '/payments?status=authorized',
    },
    refunds > 0n && { words: count(refunds, 'refund is', 'refunds are', 'not paid'), href: '/refunds?status=due,sent' },
    channels > 0n && {
      words: count(channels, 'channel is', 'channels are', 'not closed'),
      href: '/channels?status=open',
    },
    transactions > 0n && {
      words: count(transactions, 'transaction is', 'transactions are', 'under way'),
      href: '/transactions',
    },
  ].filter((obstacle) => obstacle !== false)
}

function count(number: bigint, one: string, many: string, what: string): string {
  return `${number.toLocaleString('en')} ${number === 1n ? one : many} ${what}`
}
