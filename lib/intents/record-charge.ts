import { sql, type Tx } from '@/lib/db'

/**
 * Stores the channel's charge for an intent and its voucher; base units. Runs in the transaction that accepts the
 * intent.
 */
export async function recordCharge(
  tx: Tx,
  intentId: string,
  { chargedBase, voucherBase }: { chargedBase: bigint; voucherBase: bigint },
): Promise<void> {
  await tx.execute(sql`
    UPDATE intent SET charged_base = ${chargedBase}::numeric, voucher_base = ${voucherBase}::numeric WHERE id = ${intentId}::uuid`)
}
