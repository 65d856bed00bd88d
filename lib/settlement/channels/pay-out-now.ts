import type { Ctx } from '../../ctx'
import { sql } from '@/lib/db'
import { payOutOne } from './pay-out-one'
import { claimOwed } from './claim-owed'
import { type PayoutReceiver, isOf } from './OwedPayout'

/** Pays out what was just claimed for a payee. `payOut` handles what fails here. */
export async function payOutNow(ctx: Ctx, receiver: PayoutReceiver): Promise<void> {
  const [owed] = await claimOwed(isOf(receiver), sql`LIMIT 1 FOR UPDATE`)
  if (owed) await payOutOne(ctx, owed)
}
