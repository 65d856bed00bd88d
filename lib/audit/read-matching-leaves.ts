import { sql, type Sql } from '@/lib/db'
import { readProvenLeaves } from './read-proven-leaves'
import { type LogLine } from './log-lines'

/** Leaves that one statement looks at, however few of them it is asked for. */
const windowLeaves = 20_000n

/** Window by window through the log: what matches little is found as surely as what matches all, and no statement takes long. */
export async function* readMatchingLeaves(size: bigint, where: Sql): AsyncGenerator<LogLine> {
  for (let from = 0n; from < size; from += windowLeaves)
    yield* readProvenLeaves(size, sql`l.index >= ${from} AND l.index < ${from + windowLeaves} AND ${where}`)
}
