import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { type OpeningRow, returningOpening } from './opening-columns'

/** Books that an open channel no longer exists: a reorganisation removed its opening for good. */
export async function bookOpeningLost(tx: Tx, ctx: Ctx, channelId: string): Promise<void> {
  const reason = 'A reorganisation of the chain took its opening back, and it was not included again.'
  const [row] = await tx.query<OpeningRow>(sql`
    UPDATE channel SET status = 'failed', error = ${reason}
    WHERE id = ${channelId} AND status = 'open' AND settlement_id IS NULL ${returningOpening}`)
  if (row) await recordEvent(tx, ctx, { type: 'channel.reorged', channelId, ...row, data: { reason } })
}
