import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { hashToken } from './token'

/**
 * Ends sessions of a wallet on the server: one by its id, or all but the current one. May be called twice.
 * @param token the current session's id.
 * @param id as `listSessions` gives it; undefined: all others.
 * @returns how many ended.
 */
export async function endSessions(ctx: Ctx, address: string, token: string, id?: string): Promise<number> {
  return withTransaction(async (tx) => {
    const ended = await tx.query<{ merchantId: string }>(sql`
      DELETE FROM session WHERE address = ${address} AND hash <> ${hashToken(token)}
        AND (${id ?? null}::text IS NULL OR encode(hash, 'hex') = ${id ?? null})
      RETURNING merchant_id`)
    for (const { merchantId } of ended)
      await recordEvent(tx, ctx, { type: 'session.ended', merchantId, data: { by: 'another session' } })
    return ended.length
  })
}
