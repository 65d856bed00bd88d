import type { Ctx } from '../ctx'
import { writeAudited } from '@/lib/audit'
import { type Tx } from '@/lib/db'
import { type SettlingPayment } from './SettlingPayment'
import { type Into, settlingWrites, settlingEvents } from './settling-statements'

/**
 * Marks locked payments as settling in a batch, and stores the answers that are already there, so that after a crash behind the
 * broadcast the agent still gets its answer. Without a batch if nothing has to move.
 */
export async function beginSettling(tx: Tx, ctx: Ctx, batch: Into, items: readonly SettlingPayment[]): Promise<void> {
  const parts = [{ writes: settlingWrites(batch, items) }]
  await writeAudited(ctx, { parts, events: settlingEvents(batch, items) }, tx)
}
