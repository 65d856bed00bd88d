import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { db, sql } from '@/lib/db'
import { drive } from './drive'
import { isFree } from '../lease'
import { claimOne } from '../claim-one'

/** As many as a lane has in flight. */
const most = 64

/**
 * Sends what a transaction waits behind and nobody drives: its own bytes, and those with lower nonces in its lane, whose process
 * died between signing and sending. The chain takes them in their order only, so that one of a dead process would hold up every
 * later one until a worker comes. Each is leased like any other; what another process drives is left to it. Never throws.
 */
export async function clearLane(ctx: Ctx, id: string): Promise<void> {
  try {
    const stuck = await db.query<{ id: string }>(sql`
      SELECT t.id FROM transaction mine JOIN transaction t ON t.network = mine.network AND t.signer = mine.signer
      WHERE mine.id = ${id}::uuid AND t.status IN ('queued', 'held', 'signed') AND t.due_at <= now() AND ${isFree}
        AND (t.id = mine.id OR t.nonce < mine.nonce)
      ORDER BY t.nonce LIMIT ${most}`)
    for (const one of stuck) {
      const leased = await claimOne(one.id, 'submit')
      if (leased) await drive(ctx, leased)
    }
  } catch (error) {
    log().warn({ err: error, transactionId: id }, 'a lane could not be cleared')
  }
}
