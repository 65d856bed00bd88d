import { sql, type Sql } from '@/lib/db'
import { readProvenLeaves } from './read-proven-leaves'
import { type LogLine } from './log-lines'

/** How many leaves one statement reads, even if few of them match. */
const windowLeaves = 20_000n

/** Reads the log window by window: a rare match is found too, and no statement takes long. */
export async function* readMatchingLeaves(size: bigint, where: Sql): AsyncGenerator<LogLine> {
  for (let from = 0n; from < size; from += windowLeaves)
    yield* readProvenLeaves(size, sql`l.index >= ${from} AND l.index < ${from + windowLeaves} AND ${where}`)
}
