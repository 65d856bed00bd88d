import type { Ctx } from '../ctx'
import { failpoint } from '../failpoint'
import { type Tx } from '@/lib/db'
import { type Delivery } from './Delivery'
import { type DeliveredResource, writeDelivery } from './write-delivery'

/** Books a settled payment as earned in the caller's transaction: together with what it bought, or not at all. */
export async function deliverWithin(tx: Tx, ctx: Ctx, delivery: Delivery, sold: DeliveredResource): Promise<void> {
  await writeDelivery(ctx, delivery, sold, tx)
  failpoint('before-commit')
}
