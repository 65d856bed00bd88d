import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { type OpeningRow, returningOpening } from './opening-columns'

/** Books that a channel was opened on chain with this deposit. Does nothing if its outcome is booked. */
export async function bookOpened(
  tx: Tx,
  ctx: Ctx,
  { channelId, depositBase, txHash }: { channelId: string; depositBase: bigint; txHash: string },
): Promise<void> {
  const [row] = await tx.query<OpeningRow>(sql`
    UPDATE channel SET status = 'open', deposit_base = ${depositBase}, opened_at = now(), last_voucher_at = now()
    WHERE id = ${channelId} AND status = 'opening' ${returningOpening}`)
  if (row) await recordEvent(tx, ctx, { type: 'channel.opened', channelId, ...row, data: { depositBase, txHash } })
}
