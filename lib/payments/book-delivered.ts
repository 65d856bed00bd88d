import type { Ctx } from '../ctx'
import { grantAccess } from './grant-access'
import { recordEvents } from '@/lib/audit'
import { type Tx } from '@/lib/db'
import { resolvePending } from '@/lib/ledger'
import { type Payment } from './Payment'
import { deliveredEvent } from './write-delivery'

/** Books ledger, access and audit of payments whose rows were just set to delivered. */
export async function bookDelivered(tx: Tx, ctx: Ctx, payments: readonly Payment[]): Promise<void> {
  await resolvePending(
    tx,
    'post',
    payments.map((payment) => payment.id),
  )
  await grantAccess(
    tx,
    payments.map((payment) => payment.id),
  )
  await recordEvents(tx, ctx, payments.map(deliveredEvent))
}
