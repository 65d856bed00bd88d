import { sql, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'

/** The row of a merchant, locked until the transaction ends. @throws AppError not-found */
export async function lockMerchant(
  tx: Tx,
  id: string,
): Promise<{ id: string; slug: string; name: string; formerSlugs: string[]; payoutDelayHours: number }> {
  const [row] = await tx.query<{
    id: string
    slug: string
    name: string
    formerSlugs: string[]
    payoutDelayHours: number
  }>(sql`SELECT id, slug, name, former_slugs, payout_delay_hours FROM merchant WHERE id = ${id}::uuid FOR UPDATE`)
  if (!row) throw new AppError('not-found', 'There is no such merchant.')
  return row
}
