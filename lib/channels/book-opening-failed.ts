import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { type OpeningRow, returningOpening } from './opening-columns'

/** Books that the opening transaction provably did not open the channel. Does nothing if its outcome is booked. */
export async function bookOpeningFailed(
  tx: Tx,
  ctx: Ctx,
  { channelId, reason }: { channelId: string; reason: string },
): Promise<void> {
  const [row] = await tx.query<OpeningRow>(sql`
    UPDATE channel SET status = 'failed', error = ${reason} WHERE id = ${channelId} AND status = 'opening' ${returningOpening}`)
  if (row) await recordEvent(tx, ctx, { type: 'channel.failed', channelId, ...row, data: { reason } })
}
