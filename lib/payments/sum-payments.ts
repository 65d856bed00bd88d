import type { Reader } from '../ctx'
import { labelNetwork, labelToken, type NetworkLabel, type TokenLabel } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { Page } from '@/lib/paging'
import { paymentConditions } from './load-payments'
import { readableLines } from './payment-rows'
import type { PaymentFilter } from './PaymentFilter'

/** Totals of a list. Amounts are decimal strings of base units. */
export type PaymentTotals = {
  tokens: { network: NetworkLabel; token: TokenLabel; grossBase: string; refundsBase: string; netBase: string }[]
  /** This server's fees for these payments, by network; the payers' own are left out. */
  gas: { network: NetworkLabel; feeBase: string }[]
  /** Only the newest `Page.countMax` payments, and as many sessions, are added up. */
  isCapped: boolean
}

type Sum = { network: string; asset: string | null; lines: number; gross: bigint; refunds: bigint; gas: bigint }

/**
 * Adds up the newest lines of the list with this filter: what was charged, what goes or went back, and the payments' equal parts of
 * their batches' fees. One statement that reads at most `Page.countMax` payments and sessions. Reads only.
 */
export async function sumPayments(reader: Reader, filter: PaymentFilter): Promise<PaymentTotals> {
  const { ofPayments, ofChannels } = readableLines(reader, filter)
  const { payments, sessions } = paymentConditions(ofPayments, ofChannels, filter)
  const sums = await db.query<Sum>(sql`
    WITH paid AS MATERIALIZED (
      SELECT t.network, t.asset, t.amount_base, t.status, t.refunded_base, t.batch_id FROM payment t WHERE ${payments}
      ORDER BY t.created_at DESC, t.id LIMIT ${Page.countMax}
    ), spent AS MATERIALIZED (
      SELECT t.network, t.asset, t.spent_base FROM channel t WHERE ${sessions}
      ORDER BY t.created_at DESC, t.id LIMIT ${Page.countMax}
    )
    SELECT network, asset, count(*)::int AS lines,
      coalesce(sum(amount_base) FILTER (WHERE status IN ('delivered', 'refund_due', 'refunded')), 0) AS gross,
      coalesce(sum(CASE WHEN status IN ('refund_due', 'refunded') THEN amount_base ELSE refunded_base END), 0) AS refunds, 0 AS gas
    FROM paid GROUP BY 1, 2
    UNION ALL
    SELECT network, asset, count(*)::int, sum(spent_base), 0, 0 FROM spent GROUP BY 1, 2
    UNION ALL
    SELECT b.network, NULL, 0, 0, 0, sum(CASE WHEN x.fee_lamports IS NOT NULL THEN x.fee_lamports * m.members
      ELSE div((x.gas_used * x.gas_price + coalesce(x.l1_fee_wei, 0)) * m.members, greatest(b.size, 1)) END)
    FROM (SELECT batch_id, count(*) AS members FROM paid WHERE batch_id IS NOT NULL GROUP BY 1) m
      CROSS JOIN LATERAL (SELECT * FROM settlement_batch WHERE id = m.batch_id LIMIT 1) b
      CROSS JOIN LATERAL (SELECT * FROM transaction WHERE id = b.transaction_id LIMIT 1) x
    WHERE b.form <> 'raw' GROUP BY 1`)
  return toTotals(sums)
}

function toTotals(sums: readonly Sum[]): PaymentTotals {
  const byToken = new Map<string, PaymentTotals['tokens'][number]>()
  for (const { network, asset, gross, refunds } of sums) {
    if (asset === null) continue
    const known = byToken.get(`${network}|${asset}`)
    const grossBase = gross + BigInt(known?.grossBase ?? 0)
    const refundsBase = refunds + BigInt(known?.refundsBase ?? 0)
    byToken.set(`${network}|${asset}`, {
      network: labelNetwork(network),
      token: labelToken(network, asset),
      grossBase: grossBase.toString(),
      refundsBase: refundsBase.toString(),
      netBase: (grossBase - refundsBase).toString(),
    })
  }
  const lines = sums.reduce((total, sum) => total + sum.lines, 0)
  return {
    tokens: [...byToken.values()],
    gas: sums.flatMap(({ network, asset, gas }) =>
      asset === null && gas !== null && gas > 0n ? [{ network: labelNetwork(network), feeBase: gas.toString() }] : [],
    ),
    isCapped: lines >= Page.countMax,
  }
}
