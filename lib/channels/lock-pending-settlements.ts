import { sql, type Tx } from '@/lib/db'
import { type PendingSettlement } from './PendingSettlement'
import { selectPendingSettlements } from './pending-settlements-statement'

/** The settlements of a batch that are not booked, locked. A second caller waits, then finds none. */
export function lockPendingSettlements(tx: Tx, batchId: string): Promise<PendingSettlement[]> {
  return tx.query<PendingSettlement>(sql`${selectPendingSettlements(batchId)} FOR UPDATE OF s`)
}
