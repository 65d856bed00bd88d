import { sql, type Tx } from '@/lib/db'

/**
 * Stores a verified voucher that comes with a channel's close. A voucher that is not higher, or above the deposit, changes
 * nothing.
 */
export async function acceptClosingVoucher(
  tx: Tx,
  channelId: string,
  { cumulativeBase, signature }: { cumulativeBase: bigint; signature: Buffer },
): Promise<void> {
  await tx.execute(sql`
    UPDATE channel SET accepted_base = ${cumulativeBase}, accepted_signature = ${signature}, vouchers = vouchers + 1,
      last_voucher_at = now()
    WHERE id = ${channelId} AND status = 'open' AND settlement_id IS NULL AND accepted_base < ${cumulativeBase}
      AND deposit_base >= ${cumulativeBase}`)
}
