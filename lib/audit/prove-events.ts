import { type Sql } from '@/lib/db'
import { type Export } from '@/lib/proof'
import { readProvenLeaves } from './read-proven-leaves'

/** Leaves of events with their proofs under a checkpoint of `size` leaves, without events that it does not cover. */
export async function proveEvents(size: bigint, where: Sql): Promise<Export.ExportLeaf[]> {
  const leaves: Export.ExportLeaf[] = []
  for await (const line of readProvenLeaves(size, where)) if ('index' in line) leaves.push(line)
  return leaves
}
