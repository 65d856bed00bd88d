import { sql, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import type { MemberScope } from './MemberScope'

/** @throws AppError stale-state if the merchant has no other owner. */
export async function assertOtherOwner(tx: Tx, { merchantId }: MemberScope, address: string): Promise<void> {
  const others = await tx.query(sql`
    SELECT 1 FROM member WHERE merchant_id = ${merchantId}::uuid AND role = 'owner' AND address <> ${address} LIMIT 1`)
  if (others.length === 0)
    throw new AppError('stale-state', 'This is the only owner of the shop. Make another member an owner first.')
}
