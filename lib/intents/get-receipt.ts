import type { Reader } from '../ctx'
import type { Export } from '@/lib/proof'
import { findExecution } from './find-execution'
import { buildReceipt } from './build-receipt'

/**
 * The execution receipt of a transaction: what was asked, allowed, simulated, tried and included, and its events with proofs
 * under a signed checkpoint. It verifies offline (`npm run audit:verify`). It may be had at any time; until `isComplete` a later
 * one tells more. Undefined when the transaction is not there or not the reader's. `id` is a UUID.
 * @throws AppError unavailable before the log's first checkpoint.
 */
export async function getReceipt(reader: Reader, id: string): Promise<Export.ExecutionReceipt | undefined> {
  const view = await findExecution(reader, id)
  return view && buildReceipt(view)
}
