import { sql, type Sql, type Tx } from '@/lib/db'
import type { Account } from './Account'

export type TransferReason =
  | 'authorize'
  | 'earn'
  | 'settle'
  | 'void'
  | 'refund_owed'
  | 'refund_paid'
  | 'refund_cancelled'
  | 'reorged'
  | 'given_back'
  | 'fee'
  | 'refund_returned'
  | 'dispute_withdrawn'
  | 'dispute_reinstated'
  | 'dispute_fee'
  | 'dispute_fee_returned'
  | 'dispute_lost'
  | 'dispute_reopened'
  | 'payout'
  | 'payout_returned'

/** One double entry to write. `amountBase` above zero, in base units of `asset` (lower-case address). */
export type LedgerEntry = {
  kind: 'direct' | 'pending'
  reason: TransferReason
  debit: Account
  credit: Account
  network: string
  asset: string
  amountBase: bigint
} & (
  | { paymentId: string; channelId?: never }
  | { channelId: string; paymentId?: never }
  | { paymentId?: never; channelId?: never }
)

/** Writes entries with one statement, in the caller's transaction. */
export async function postTransfers(tx: Tx, entries: readonly LedgerEntry[]): Promise<void> {
  if (entries.length > 0) await tx.execute(insertTransfers(entries))
}

/** The INSERT of `postTransfers`, for a larger statement; it writes nothing unless `when` holds. */
export function insertTransfers(entries: readonly LedgerEntry[], when: Sql = sql`true`): Sql {
  const column = <Key extends keyof LedgerEntry>(key: Key) => entries.map((entry) => entry[key] ?? null)
  return sql`
    INSERT INTO transfer (kind, reason, debit, credit, network, asset, amount_base, payment_id, channel_id)
    SELECT * FROM unnest(
      ${column('kind')}::transfer_kind[], ${column('reason')}::text[], ${column('debit')}::text[], ${column('credit')}::text[],
      ${column('network')}::text[], ${column('asset')}::text[], ${column('amountBase')}::numeric[], ${column('paymentId')}::uuid[],
      ${column('channelId')}::text[])
    WHERE ${when}`
}

/** The INSERT of `resolvePending`, for a larger statement; it writes nothing unless `when` holds. */
export function insertResolution(kind: 'post' | 'void', paymentIds: readonly string[], when: Sql = sql`true`): Sql {
  return sql`
    INSERT INTO transfer (kind, pending_id, reason, debit, credit, network, asset, amount_base, payment_id)
    SELECT ${kind}::transfer_kind, p.id, ${kind === 'post' ? 'earn' : 'void'}, p.debit, p.credit, p.network, p.asset, p.amount_base, p.payment_id
    FROM transfer p
    WHERE p.payment_id = ANY(${paymentIds}::uuid[]) AND p.kind = 'pending'
      AND NOT EXISTS (SELECT 1 FROM transfer r WHERE r.pending_id = p.id) AND ${when}`
}
