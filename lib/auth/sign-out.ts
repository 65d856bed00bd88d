import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { hashToken } from './token'

/** Ends a session on the server; its cookie is worthless from now on. May be called twice. */
export async function signOut(ctx: Ctx, token: string | undefined): Promise<void> {
  if (!token) return
  await withTransaction(async (tx) => {
    const [ended] = await tx.query<{ address: string; merchantId: string }>(
      sql`DELETE FROM session WHERE hash = ${hashToken(token)} RETURNING address, merchant_id`,
    )
    if (!ended) return
    const member: Ctx = { ...ctx, actor: { kind: 'member', id: ended.address } }
    await recordEvent(tx, member, { type: 'session.ended', merchantId: ended.merchantId })
  })
}
