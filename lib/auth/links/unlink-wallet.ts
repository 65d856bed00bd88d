import type { Ctx } from '../../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'

/**
 * Takes a wallet away from its person: at once it sees nothing of the others, and they nothing of it. Any of the linked wallets may do it,
 * for itself and for each other.
 * @param wallet canonical address of the session, proved. @param unlinked one of its wallets, or itself.
 * @throws AppError not-found if the two are not linked.
 */
export async function unlinkWallet(ctx: Ctx, wallet: string, unlinked: string): Promise<void> {
  await withTransaction(async (tx) => {
    const person = await tx.query<{ wallet: string; personId: string }>(sql`
      SELECT wallet, person_id FROM wallet_link
      WHERE person_id = (SELECT person_id FROM wallet_link WHERE wallet = ${wallet}) ORDER BY wallet FOR UPDATE`)
    const row = person.find((one) => one.wallet === unlinked)
    if (!row || !person.some((one) => one.wallet === wallet))
      throw new AppError('not-found', 'This wallet is not linked to yours.')
    await tx.execute(sql`DELETE FROM wallet_link WHERE wallet = ${unlinked}`)
    // The last one stands alone again.
    await tx.execute(sql`
      DELETE FROM wallet_link WHERE person_id = ${row.personId}::uuid
        AND (SELECT count(*) FROM wallet_link WHERE person_id = ${row.personId}::uuid) = 1`)
    await recordEvent(tx, ctx, { type: 'wallet.unlinked', data: { wallet }, sensitive: { unlinked } })
  })
}
