import { db, sql } from '@/lib/db'
import { type LogLine, readLeafChunks, toExportLeaf } from './log-lines'

/** The most checkpoints in a whole export: each narrows down where a rewritten leaf is. */
const marksMax = 1_000

/** Every leaf, with each checkpoint where it was signed. The verifier names a missing row. */
export async function* readWholeLog(size: bigint): AsyncGenerator<LogLine> {
  const marks = await readMarks(size)
  for await (const rows of readLeafChunks(size, sql`LEFT JOIN`, sql`true`))
    for (const row of rows) {
      yield toExportLeaf(row)
      const note = marks.get(row.index + 1n)
      if (note !== undefined) yield { checkpoint: note }
    }
}

/** At most a thousand checkpoints below `size`, evenly over the log, by their size. */
async function readMarks(size: bigint): Promise<Map<bigint, string>> {
  const width = size / BigInt(marksMax) + 1n
  const rows = await db.query<{ size: bigint; note: string }>(sql`
    SELECT c.size, c.note FROM audit_checkpoint c
    JOIN (SELECT max(size) AS size FROM audit_checkpoint WHERE size > 0 AND size < ${size} GROUP BY size / ${width}) last
      USING (size)`)
  return new Map(rows.map((row) => [row.size, row.note]))
}
