import type { Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { Escrow } from '@/lib/chains'
import { bookReopened } from '@/lib/channels'
import { db, sql, withTransaction } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { readMax, syncChannels } from './sync-channels'

/** Closes older than this are final: no reorganisation is deeper. */
const closedWithin = '1 hour'

/**
 * After a reorganisation, reopens closed channels that the contract has again. A channel that we closed is skipped
 * while execution sends its transaction again.
 */
export async function reopenChannels(ctx: Ctx, network: Caip2): Promise<void> {
  const rows = await db.query<{ id: Hex }>(sql`
    SELECT c.id FROM channel c
    WHERE c.status = 'closed' AND c.network = ${network} AND c.closed_at > now() - ${closedWithin}::interval
      AND NOT EXISTS (
        SELECT 1 FROM channel_settlement s JOIN settlement_batch b ON b.id = s.batch_id JOIN transaction t ON t.id = b.transaction_id
        WHERE s.channel_id = c.id AND s.kind = 'close' AND t.status IN ('submitted', 'included', 'safe'))
    ORDER BY c.closed_at DESC LIMIT ${readMax}`)
  if (rows.length === 0) return
  const { live } = await syncChannels(
    ctx,
    network,
    rows.map(({ id }) => id),
  )
  const isThere = ({ depositBase, settledBase }: Escrow.EscrowState) =>
    Escrow.kindOn(network) === 'batch-settlement' ? depositBase > settledBase : true
  for (const observed of live.values())
    if (isThere(observed)) await withTransaction((tx) => bookReopened(tx, ctx, observed))
}
