import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { type OpeningRow, returningOpening } from './opening-columns'

/**
 * Books that the contract does not know an open channel whose opening was taken back and is being sent again: nothing is served on it
 * until the opening is booked once more. Does nothing while a settlement of it is on its way.
 */
export async function bookOpeningUndone(tx: Tx, ctx: Ctx, channelId: string): Promise<void> {
  const reason = 'A reorganisation of the chain took its opening back. It is being sent again.'
  const [row] = await tx.query<OpeningRow>(sql`
    UPDATE channel SET status = 'opening', next_due_at = now(), tries = 0
    WHERE id = ${channelId} AND status = 'open' AND settlement_id IS NULL ${returningOpening}`)
  if (row) await recordEvent(tx, ctx, { type: 'channel.reorged', channelId, ...row, data: { reason } })
}
