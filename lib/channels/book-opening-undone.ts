import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { type OpeningRow, returningOpening } from './opening-columns'

/**
 * Books that a reorganisation removed the opening of an open channel and that the opening is being sent again. The channel
 * serves nothing until the opening is booked again. Does nothing while a settlement of it runs.
 */
export async function bookOpeningUndone(tx: Tx, ctx: Ctx, channelId: string): Promise<void> {
  const reason = 'A reorganisation of the chain took its opening back. It is being sent again.'
  const [row] = await tx.query<OpeningRow>(sql`
    UPDATE channel SET status = 'opening', next_due_at = now(), tries = 0
    WHERE id = ${channelId} AND status = 'open' AND settlement_id IS NULL ${returningOpening}`)
  if (row) await recordEvent(tx, ctx, { type: 'channel.reorged', channelId, ...row, data: { reason } })
}
