import { Account, type LedgerEntry } from '@/lib/ledger'
import type { Payment } from '@/lib/payments'

/** What the ledger holds of a dispute. Amounts in the unit of the rail. */
export type DisputeMoney = { withdrawnBase: bigint; feeBase: bigint; lostBase: bigint }

export const none: DisputeMoney = { withdrawnBase: 0n, feeBase: 0n, lostBase: 0n }

/** The entries that lead the ledger from one state of a dispute to another. */
export function between(payment: Payment.Payment, before: DisputeMoney, now: DisputeMoney): LedgerEntry[] {
  const { id: paymentId, merchantId, network, asset, payTo } = payment
  const [disputes, clearing, fees, revenue] = [
    Account.disputes(merchantId),
    Account.clearing(payTo),
    Account.fees(merchantId),
    Account.revenue(merchantId),
  ]
  const about = { kind: 'direct', network, asset, paymentId } as const
  const move = (
    change: bigint,
    debit: Account.Account,
    credit: Account.Account,
    [forth, back]: [LedgerEntry['reason'], LedgerEntry['reason']],
  ): LedgerEntry[] => {
    if (change === 0n) return []
    return change > 0n
      ? [{ ...about, reason: forth, debit, credit, amountBase: change }]
      : [{ ...about, reason: back, debit: credit, credit: debit, amountBase: -change }]
  }
  return [
    ...move(now.withdrawnBase - before.withdrawnBase, disputes, clearing, ['dispute_withdrawn', 'dispute_reinstated']),
    ...move(now.feeBase - before.feeBase, fees, clearing, ['dispute_fee', 'dispute_fee_returned']),
    ...move(now.lostBase - before.lostBase, revenue, disputes, ['dispute_lost', 'dispute_reopened']),
  ]
}
