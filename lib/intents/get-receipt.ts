import type { Reader } from '../ctx'
import type { Export } from '@/lib/proof'
import { findExecution } from './find-execution'
import { buildReceipt } from './build-receipt'

/**
 * The execution receipt of a transaction: its request, decision, simulation, attempts and inclusion, and its events
 * with proofs under a signed checkpoint. It verifies offline (`npm run audit:verify`). Available at any time; until
 * `isComplete`, a later receipt contains more. Undefined if the transaction does not exist or belongs to another
 * merchant. `id` is a UUID.
 * @throws AppError unavailable before the log's first checkpoint.
 */
export async function getReceipt(reader: Reader, id: string): Promise<Export.ExecutionReceipt | undefined> {
  const view = await findExecution(reader, id)
  return view && buildReceipt(view)
}
