import { db } from '@/lib/db'
import { type PendingSettlement } from './PendingSettlement'
import { selectPendingSettlements } from './pending-settlements-statement'

/** The settlements of a batch that are not booked, without a lock: to look at the chain first. */
export function findPendingSettlements(batchId: string): Promise<PendingSettlement[]> {
  return db.query<PendingSettlement>(selectPendingSettlements(batchId))
}
