import { sql, withTransaction, type Sql, type Tx } from '@/lib/db'
import { Bytes, Leaf, Merkle } from '@/lib/proof'
import { columns, toDocument, type StoredEvent } from './row'
import { signCheckpoint, toSign } from './sign-checkpoint'

/** An event with its leaf index. */
export type SequencedEvent = Omit<StoredEvent, 'at'> & {
  /** ISO 8601. */
  at: string
  /** Leaf index, from 0. */
  index: bigint
}

/**
 * Gets events in log order, each exactly once, in the database transaction that assigns their indexes. That transaction may be
 * retried, so the function may only write with `tx`.
 */
export type OnSequenced = (tx: Tx, events: readonly SequencedEvent[]) => Promise<void>

/** Events of one database transaction: few enough that a crash repeats little and the lock is never held long. */
const chunk = 1_000
/** Events of one window: few enough that reading it once per chunk is cheap. */
const windowEvents = 20_000n
/** Events that one step of a scan over the whole log skips. */
const strideEvents = 10_000
/** The end of a window that scans the whole log: no transaction has this id. */
const endless = 2n ** 64n - 1n

type Log = { size: bigint; frontier: Buffer[]; from: bigint; to: bigint; afterSeq: bigint; horizon: bigint }

/**
 * SQL condition: `sequenceEvents` may have something to do: new events, a window in progress, transaction ids that started
 * over, or a checkpoint that is due.
 */
export const toSequence: Sql = sql`(
  EXISTS (
    SELECT FROM audit_log l
    WHERE l.window_from <> l.window_to OR l.window_to > pg_snapshot_xmin(pg_current_snapshot())
      OR EXISTS (SELECT FROM audit_event e WHERE e.xid >= l.window_from))
  OR EXISTS (SELECT ${toSign}))`

/**
 * Assigns leaf indexes to events until none are left or the budget is spent, then signs a checkpoint if one is due. Events
 * become visible in another order than their numbers; each is still taken exactly once, because a window covers only
 * transactions that can no longer commit. Any number of callers: the lock on the log's row lets one in at a time.
 * @returns how many events were taken.
 */
export async function sequenceEvents(budgetMs: number, subscribers: readonly OnSequenced[] = []): Promise<number> {
  const untilMs = performance.now() + budgetMs
  let moved = 0
  for (let isDone = false; !isDone && performance.now() < untilMs;) {
    const taken = await withTransaction((tx) => takeChunk(tx, subscribers))
    moved += taken.count
    isDone = taken.isDone
  }
  await signCheckpoint()
  return moved
}

/** `isDone`: nothing is left that can be taken. */
async function takeChunk(tx: Tx, subscribers: readonly OnSequenced[]): Promise<{ count: number; isDone: boolean }> {
  const log = await lockLog(tx)
  const window = await openWindow(tx, log)
  const { rows, lastSeq, isEnd, isEmpty } = await readChunk(tx, window)
  const end = window.isWhole ? window.from : window.to
  const isDone = isEnd && end === log.horizon
  // Nothing was there: a wider window next time costs no more, and the row stays unchanged.
  if (isEmpty && isDone && log.from === log.to) return { count: 0, isDone }
  const grown = hashAll(log, rows)
  await insertLeaves(tx, log.size, rows, grown.leaves)
  await insertNodes(tx, grown.nodes)
  await tx.execute(sql`
    UPDATE audit_log SET size = ${grown.tree.size}, frontier = ${grown.tree.frontier}::bytea[],
      window_from = ${isEnd ? end : window.from}::xid8, window_to = ${isEnd ? end : window.to}::xid8,
      window_seq = ${isEnd ? 0n : lastSeq}`)
  if (rows.length === 0) return { count: 0, isDone }
  const events = rows.map((row, place) => ({ ...row, at: row.at.toISOString(), index: log.size + BigInt(place) }))
  for (const subscriber of subscribers) await subscriber(tx, events)
  return { count: rows.length, isDone }
}

type StoredLog = { size: bigint; frontier: Buffer[]; from: string; to: string; afterSeq: bigint }

/** Locks the log before rows are read: a transaction that may still commit has an id of at least `horizon`. */
async function lockLog(tx: Tx): Promise<Log> {
  const [log] = await tx.query<StoredLog>(sql`
    SELECT size, frontier, window_from::text AS from, window_to::text AS to, window_seq AS after_seq FROM audit_log FOR UPDATE`)
  const [now] = await tx.query<{ horizon: string }>(
    sql`SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon`,
  )
  if (!log || !now) throw new Error('the row of the audit log is missing')
  return { ...log, from: BigInt(log.from), to: BigInt(log.to), horizon: BigInt(now.horizon) }
}

/** Where to read: the events of transactions [from, to) after an event; or, with `isWhole`, all events after it. */
type Window = { from: bigint; to: bigint; afterSeq: bigint; isWhole: boolean }

/**
 * Transactions [from, to) that are all finished: first the rest of the window in progress, then a new one. In a database that
 * was restored into another cluster, transaction ids start over below the window: one scan of the whole log then takes every
 * event without an index, and windows continue from the ids at its start.
 */
async function openWindow(tx: Tx, { from, to, afterSeq, horizon }: Log): Promise<Window> {
  if (to === endless && from <= horizon) return { from, to, afterSeq, isWhole: true }
  if (to > horizon) return { from: horizon, to: endless, afterSeq: 0n, isWhole: true }
  if (from < to) return { from, to, afterSeq, isWhole: false }
  // After a long pause the window ends when it has enough events, never in the middle of a transaction.
  const [full] = await tx.query<{ xid: string }>(sql`
    SELECT e.xid::text AS xid FROM audit_event e WHERE e.xid >= ${from}::xid8 AND e.xid < ${horizon}::xid8
    ORDER BY e.xid OFFSET ${windowEvents} LIMIT 1`)
  const end = full ? BigInt(full.xid) : horizon
  return { from, to: end > from ? end : full ? from + 1n : horizon, afterSeq: 0n, isWhole: false }
}

type Chunk = {
  /** Events without an index, ordered by number. */
  rows: StoredEvent[]
  /** The last event that was read. */
  lastSeq: bigint
  /** The window has no events after it. */
  isEnd: boolean
  /** The window had no events. */
  isEmpty: boolean
}

/**
 * Skips events that have an index, whatever the window says: each is looked up by its number. The window is read by its own
 * index before it is sorted, so that no plan reads the log from its beginning.
 */
async function readChunk(tx: Tx, { from, to, afterSeq, isWhole }: Window): Promise<Chunk> {
  const stride = isWhole ? strideEvents : chunk
  const inside = isWhole
    ? sql`SELECT e.seq FROM audit_event e WHERE e.seq > ${afterSeq} ORDER BY e.seq LIMIT ${stride}`
    : sql`SELECT e.seq FROM audit_event e WHERE e.xid >= ${from}::xid8 AND e.xid < ${to}::xid8`
  const found = await tx.query<{ seq: bigint; isPlaced: boolean }>(sql`
    WITH inside AS MATERIALIZED (${inside}),
      next AS MATERIALIZED (SELECT i.seq FROM inside i WHERE i.seq > ${afterSeq} ORDER BY i.seq LIMIT ${stride})
    SELECT n.seq, l.seq IS NOT NULL AS is_placed
    FROM next n LEFT JOIN LATERAL (SELECT k.seq FROM audit_leaf k WHERE k.seq = n.seq LIMIT 1) l ON true ORDER BY n.seq`)
  const missing = found.filter(({ isPlaced }) => !isPlaced).map(({ seq }) => seq)
  const isCut = missing.length > chunk
  const taken = missing.slice(0, chunk)
  const lastSeq = (isCut ? taken.at(-1) : found.at(-1)?.seq) ?? afterSeq
  const rows = taken.length === 0 ? [] : await readEvents(tx, taken)
  return { rows, lastSeq, isEnd: !isCut && found.length < stride, isEmpty: found.length === 0 }
}

function readEvents(tx: Tx, seqs: readonly bigint[]): Promise<StoredEvent[]> {
  return tx.query<StoredEvent>(sql`
    SELECT ${columns} FROM unnest(${seqs}::bigint[]) AS t(seq)
      CROSS JOIN LATERAL (SELECT * FROM audit_event a WHERE a.seq = t.seq LIMIT 1) e ORDER BY e.seq`)
}

type Grown = {
  tree: Merkle.MerkleTree
  leaves: Merkle.MerkleHash[]
  nodes: { node: Merkle.MerkleNode; hash: Merkle.MerkleHash }[]
}

function hashAll({ size, frontier }: Log, rows: readonly StoredEvent[]): Grown {
  const leaves = rows.map((row) => Leaf.hashOf(toDocument(row)))
  const nodes: Grown['nodes'] = []
  const keep = (node: Merkle.MerkleNode, hash: Merkle.MerkleHash) => {
    if (node.level % Merkle.tileLevels === 0) nodes.push({ node, hash })
  }
  let tree: Merkle.MerkleTree = { size, frontier }
  for (const leaf of leaves) tree = Merkle.append(tree, leaf, keep)
  return { tree, leaves, nodes }
}

async function insertLeaves(
  tx: Tx,
  size: bigint,
  rows: readonly StoredEvent[],
  leaves: readonly Merkle.MerkleHash[],
): Promise<void> {
  if (rows.length === 0) return
  await tx.execute(sql`
    INSERT INTO audit_leaf (index, seq, hash)
    SELECT ${size}::bigint + place - 1, seq, decode(hash, 'hex')
    FROM unnest(${rows.map(({ seq }) => seq)}::bigint[], ${leaves.map(Bytes.toHex)}::text[]) WITH ORDINALITY AS l(seq, hash, place)`)
}

async function insertNodes(tx: Tx, nodes: Grown['nodes']): Promise<void> {
  if (nodes.length === 0) return
  await tx.execute(sql`
    INSERT INTO audit_node (level, index, hash)
    SELECT level, index, decode(hash, 'hex')
    FROM unnest(${nodes.map(({ node }) => node.level)}::int[], ${nodes.map(({ node }) => node.index)}::bigint[],
      ${nodes.map(({ hash }) => Bytes.toHex(hash))}::text[]) AS n(level, index, hash)`)
}
