import { createCtx, type Ctx } from '../ctx'
import { env } from '../env'
import { recordEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'

/**
 * Creates the merchant of a new installation, "main", for the first operator that signs in. In the caller's transaction. Idempotent.
 * @returns its id.
 */
export async function createFirstMerchant(tx: Tx, ctx: Ctx): Promise<string> {
  const id = ctx.id()
  const [created] = await tx.query<{ id: string }>(sql`
    INSERT INTO merchant (id, slug, name) VALUES (${id}::uuid, 'main', ${new URL(env.PUBLIC_URL).hostname})
    ON CONFLICT (slug) DO UPDATE SET slug = excluded.slug RETURNING id`)
  const merchantId = created?.id ?? id
  await recordEvent(tx, createCtx({ kind: 'system', id: 'first-sign-in' }, ctx.requestId), {
    type: 'merchant.created',
    merchantId,
    data: { slug: 'main' },
  })
  return merchantId
}
