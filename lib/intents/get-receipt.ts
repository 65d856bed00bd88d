import type { Reader } from '../ctx'
import { exportTransaction } from '@/lib/audit'
import { db, sql } from '@/lib/db'
import type { Export } from '@/lib/proof'
import type { ExecutionView } from './ExecutionView'
import { findExecution } from './find-execution'
import * as ReceiptToken from './ReceiptToken'

/**
 * The execution receipt of a transaction: what was asked, allowed, simulated, tried and included, and its events with proofs
 * under a signed checkpoint. It verifies offline (`npm run audit:verify`). It may be had at any time; until `isComplete` a later
 * one tells more. Undefined when the transaction is not there or not the reader's. `id` is a UUID.
 * @throws AppError unavailable before the log's first checkpoint.
 */
export async function getReceipt(reader: Reader, id: string): Promise<Export.ExecutionReceipt | undefined> {
  const view = await findExecution(reader, id)
  return view && build(view)
}

/** The same for an agent that paid for it, by its token; nothing in it discloses who of the merchant's people did what. */
export async function getPaidReceipt(token: string, id: string): Promise<Export.ExecutionReceipt | undefined> {
  const view = await findExecution({ operator: true, merchantId: '' }, id)
  if (!view?.intent || !ReceiptToken.isFor(view.intent.id, token)) return undefined
  const receipt = await build(view)
  return { ...receipt, events: receipt.events.map((leaf) => ({ ...leaf, disclosed: undefined })) }
}

async function build(view: ExecutionView): Promise<Export.ExecutionReceipt> {
  const { id, ended, intent, simulation, accepted, drift, attempts, hash, block, links: _, ...transaction } = view
  const first = intent?.transactions.find(({ position }) => position === 0)?.id ?? id
  const [asked, proven] = await Promise.all([intent ? readRequest(intent.id) : undefined, exportTransaction(id, first)])
  const { gasUsed, gasPrice, l1Fee, fee } = view
  return {
    sluice: 'execution-receipt',
    version: 1,
    isComplete: ended && proven.waiting === 0,
    transaction: { id, ...transaction },
    intent: intent && asked ? { ...intent, ...asked } : null,
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

/** The request as it was hashed. */
async function readRequest(intentId: string): Promise<{ request: unknown; hash: string } | undefined> {
  const [row] = await db.query<{ request: unknown; hash: string }>(
    sql`SELECT body AS request, encode(body_hash, 'hex') AS hash FROM intent WHERE id = ${intentId}::uuid`,
  )
  return row
}
