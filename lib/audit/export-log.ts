import type { Reader } from '../ctx'
import { db, sql, type Sql } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { Bytes, type Export, type Leaf } from '@/lib/proof'
import { findDays, matching } from './event-where'
import type { EventFilter } from './EventFilter'
import { findCheckpoint, publicKey } from './find-checkpoint'
import { listAnchors } from './anchors'
import { proveInclusion } from './prove'
import { columns, disclosed, toDocument, type StoredEvent } from './row'

const chunk = 1_000
/** Leaves that one statement looks at, however few of them it is asked for. */
const windowLeaves = 20_000n
/** Most checkpoints inside a whole export: each narrows down where a rewritten leaf is. */
const marksMax = 1_000

type Logged = { index: bigint; hash: Buffer; disclosed: Leaf.DisclosureSet | null } & (StoredEvent | { seq: null })

/**
 * The log as of its newest checkpoint, as lines of `Export`, in the order of the log; read in chunks, so that any length
 * streams. Whoever sees everything and asks for everything gets it whole, with the checkpoints between the leaves; anybody
 * else gets a proof with each leaf. `filter` as it was written, for the head.
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
  const lines = isWhole ? readWhole(signed.size) : readMatching(signed.size, matching(reader, await findDays(filter)))
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

type Line = Export.ExportLeaf | { checkpoint: string }

/** Every leaf, with the checkpoints where they were signed. A row that is missing is left for the verifier to name. */
async function* readWhole(size: bigint): AsyncGenerator<Line> {
  const marks = await readMarks(size)
  for await (const rows of readChunks(size, sql`LEFT JOIN`, sql`true`))
    for (const row of rows) {
      yield toLeaf(row)
      const note = marks.get(row.index + 1n)
      if (note !== undefined) yield { checkpoint: note }
    }
}

/** Window by window through the log: what matches little is found as surely as what matches all, and no statement takes long. */
async function* readMatching(size: bigint, where: Sql): AsyncGenerator<Line> {
  for (let from = 0n; from < size; from += windowLeaves)
    yield* readProven(size, sql`l.index >= ${from} AND l.index < ${from + windowLeaves} AND ${where}`)
}

async function* readProven(size: bigint, where: Sql): AsyncGenerator<Line> {
  for await (const rows of readChunks(size, sql`JOIN`, where)) {
    const proofs = await proveInclusion(
      rows.map(({ index }) => index),
      size,
    )
    for (const [place, row] of rows.entries()) {
      const proof = proofs[place]?.map(Bytes.toHex)
      yield { ...toLeaf(row), ...(proof && { proof }) }
    }
  }
}

async function* readChunks(size: bigint, join: Sql, where: Sql): AsyncGenerator<Logged[]> {
  for (let after = -1n; ;) {
    const rows = await db.query<Logged>(sql`
      SELECT ${columns}, l.index, l.hash, ${disclosed} FROM audit_leaf l ${join} audit_event e ON e.seq = l.seq
      WHERE l.index > ${after} AND l.index < ${size} AND ${where} ORDER BY l.index LIMIT ${chunk}`)
    yield rows
    after = rows.at(-1)?.index ?? size
    if (rows.length < chunk) return
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

function toLeaf({ index, hash, disclosed: known, ...row }: Logged): Export.ExportLeaf {
  return {
    index: index.toString(),
    hash: Bytes.toHex(hash),
    event: row.seq === null ? null : toDocument(row),
    ...(known && { disclosed: known }),
  }
}

/** Leaves of events with their proofs under a checkpoint of `size` leaves; events that it does not cover are left out. */
export async function proveEvents(size: bigint, where: Sql): Promise<Export.ExportLeaf[]> {
  const leaves: Export.ExportLeaf[] = []
  for await (const line of readProven(size, where)) if ('index' in line) leaves.push(line)
  return leaves
}
