import type { Ctx } from '../ctx'
import { type Tx } from '@/lib/db'
import type { AuditEvent } from './AuditEvent'
import { recordEvents } from './record-events'

/** Records one event in the transaction of its change: both are committed, or neither. */
export async function recordEvent(tx: Tx, ctx: Ctx, event: AuditEvent): Promise<void> {
  await recordEvents(tx, ctx, [event])
}
