import type { Reader } from '../ctx'
import { sql } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { type Export } from '@/lib/proof'
import { visibleAlone } from './event-where'
import { proveEvents } from './prove-events'
import { publicKey } from './find-checkpoint'
import { getCheckpoint } from './get-checkpoint'

/**
 * One event with its proof under the newest checkpoint: an export of one leaf, line by line.
 * @throws AppError not-found if the reader may not see it or no checkpoint covers it yet.
 */
export async function exportEvent(reader: Reader, seq: bigint): Promise<string[]> {
  const { size, note } = await getCheckpoint()
  const leaves = await proveEvents(size, sql`e.seq = ${seq} AND ${visibleAlone(reader)}`)
  if (leaves.length === 0)
    throw new AppError('not-found', 'No checkpoint covers this event yet. One is signed every two seconds: try again.')
  const named = { checkpoint: note, key: publicKey() }
  const head: Export.ExportHead = { sluice: 'audit-export', version: 1, filter: { seq: seq.toString() }, ...named }
  const end: Export.ExportEnd = { end: { leaves: leaves.length, anchors: [], ...named } }
  return [head, ...leaves, end].map((line) => JSON.stringify(line))
}
