import type { Ctx } from '../ctx'
import { writeAudited } from '@/lib/audit'
import { type Tx } from '@/lib/db'
import { type SettlingPayment } from './SettlingPayment'
import { type Into, settlingWrites, settlingEvents } from './settling-statements'

/**
 * Marks locked payments as settling in a batch, and keeps the answers that are already there, so that a
 * crash after the broadcast still leaves the agent its answer. Without a batch where nothing has to move.
 */
export async function beginSettling(tx: Tx, ctx: Ctx, batch: Into, items: readonly SettlingPayment[]): Promise<void> {
  const parts = [{ writes: settlingWrites(batch, items) }]
  await writeAudited(ctx, { parts, events: settlingEvents(batch, items) }, tx)
}
