import { exportTransaction } from '@/lib/audit'
import { db, sql } from '@/lib/db'
import type { Export } from '@/lib/proof'
import type { ExecutionView } from './ExecutionView'

export async function buildReceipt(view: ExecutionView): Promise<Export.ExecutionReceipt> {
  const { id, ended, intent, simulation, accepted, drift, attempts, hash, block, links: _, ...transaction } = view
  const first = intent?.transactions.find(({ position }) => position === 0)?.id ?? id
  const [storedRequest, proven] = await Promise.all([
    intent ? readRequest(intent.id) : undefined,
    exportTransaction(id, first),
  ])
  const { gasUsed, gasPrice, l1Fee, fee } = view
  return {
    sluice: 'execution-receipt',
    version: 1,
    isComplete: ended && proven.waiting === 0,
    transaction: { id, ...transaction },
    intent: intent && storedRequest ? { ...intent, ...storedRequest } : null,
    simulation: simulation && { ...simulation },
    accepted: accepted && { ...accepted },
    drift,
    attempts: attempts.map((attempt) => ({ ...attempt })),
    inclusion:
      hash !== null && block
        ? { hash, blockHash: block.hash, blockNumber: block.number, gasUsed, gasPrice, l1Fee, fee }
        : null,
    ...proven,
  }
}

/** The request exactly as it was hashed. */
async function readRequest(intentId: string): Promise<{ request: unknown; hash: string } | undefined> {
  const [row] = await db.query<{ request: unknown; hash: string }>(
    sql`SELECT body AS request, encode(body_hash, 'hex') AS hash FROM intent WHERE id = ${intentId}::uuid`,
  )
  return row
}
