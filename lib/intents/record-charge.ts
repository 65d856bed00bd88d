import { sql, type Tx } from '@/lib/db'

/** Stores what a channel was charged for an intent, and by which voucher; base units. In the transaction that accepts the intent. */
export async function recordCharge(
  tx: Tx,
  intentId: string,
  { chargedBase, voucherBase }: { chargedBase: bigint; voucherBase: bigint },
): Promise<void> {
  await tx.execute(sql`
    UPDATE intent SET charged_base = ${chargedBase}::numeric, voucher_base = ${voucherBase}::numeric WHERE id = ${intentId}::uuid`)
}
