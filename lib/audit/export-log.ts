import type { Reader } from '../ctx'
import { AppError } from '@/lib/errors'
import { type Export } from '@/lib/proof'
import { findDays, matching } from './event-where'
import type { EventFilter } from './EventFilter'
import { findCheckpoint, publicKey } from './find-checkpoint'
import { listAnchors } from './anchors'
import { readMatchingLeaves } from './read-matching-leaves'
import { readWholeLog } from './read-whole-log'

/**
 * The log as of its newest checkpoint, as lines of `Export`, in log order; read in chunks, so that any length streams. An
 * operator without a filter gets the whole log, with the checkpoints between the leaves; every other export has a proof with
 * each leaf.
 * @param written the filter as the URL holds it, for the head.
 * @throws AppError unavailable before the first checkpoint.
 */
export async function* exportLog(
  reader: Reader,
  filter: EventFilter,
  written: Record<string, string>,
): AsyncGenerator<string> {
  const signed = await findCheckpoint()
  if (!signed) throw new AppError('unavailable', 'The log has no checkpoint yet. It gets its first one within seconds.')
  const isWhole = reader.operator && Object.keys(written).length === 0
  const named = { checkpoint: signed.note, key: publicKey() }
  const scope = reader.operator ? {} : { merchant: reader.merchantId }
  const head: Export.ExportHead = {
    sluice: 'audit-export',
    version: 1,
    filter: isWhole ? null : { ...scope, ...written },
    ...named,
  }
  yield toLine(head)
  let leaves = 0
  const lines = isWhole
    ? readWholeLog(signed.size)
    : readMatchingLeaves(signed.size, matching(reader, await findDays(filter)))
  for await (const line of lines) {
    if ('index' in line) leaves += 1
    yield toLine(line)
  }
  const end: Export.ExportEnd = { end: { leaves, anchors: await listAnchors(signed.size), ...named } }
  yield toLine(end)
}

function toLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}
