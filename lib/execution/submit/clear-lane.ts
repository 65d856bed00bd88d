import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { db, sql } from '@/lib/db'
import { drive } from './drive'
import { isFree } from '../lease'
import { claimOne } from '../claim-one'

/** As many as a lane may have in flight. */
const most = 64

/**
 * Sends what blocks a transaction: its own bytes and those of lower nonces in its lane whose process died between
 * signing and sending. The chain includes nonces in order, so these would block every later one until a worker runs.
 * Each is leased as usual; those of living processes are left alone. Never throws.
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
