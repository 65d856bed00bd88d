import { sql, withTransaction, type Tx } from '@/lib/db'
import { Bytes, Leaf, Merkle } from '@/lib/proof'
import { columns, toDocument, type Row } from './row'
import { signCheckpoint } from './sign-checkpoint'

/** An event that has its place in the log. */
export type Sequenced = Omit<Row, 'at'> & {
  /** ISO 8601. */
  at: string
  /** Leaf index, from 0. */
  index: bigint
}

/**
 * Told about events in log order, each exactly once, in the database transaction that gives them their place. It may run again
 * when that is retried, so it does nothing but write with `tx`.
 */
export type OnSequenced = (tx: Tx, events: readonly Sequenced[]) => Promise<void>

/** Events of one database transaction: few enough that a crash repeats little and nobody waits long for the lock. */
const chunk = 1_000

type Log = { size: bigint; frontier: Buffer[]; from: string; to: string; afterSeq: bigint; horizon: string }

/**
 * Gives events their place in the Merkle log until none are left or the budget is spent, then signs a checkpoint when one is
 * due. Events become visible in another order than their numbers; here each is taken exactly once all the same, in windows of
 * database transactions of which none can commit any more. Any number of callers: the row of the log lets one in at a time.
 * @returns how many events were taken.
 */
export async function sequenceEvents(budgetMs: number, subscribers: readonly OnSequenced[] = []): Promise<number> {
  const untilMs = performance.now() + budgetMs
  let moved = 0
  for (let taken = chunk; taken === chunk && performance.now() < untilMs;) {
    taken = await withTransaction((tx) => takeChunk(tx, subscribers))
    moved += taken
  }
  await signCheckpoint()
  return moved
}

async function takeChunk(tx: Tx, subscribers: readonly OnSequenced[]): Promise<number> {
  const log = await lockLog(tx)
  const window = openWindow(log)
  const rows = await readWindow(tx, window)
  if (rows.length === 0) return 0
  const grown = hashAll(log, rows)
  await insertLeaves(tx, log.size, rows, grown.leaves)
  await insertNodes(tx, grown.nodes)
  const isDone = rows.length < chunk
  const last = rows.at(-1)?.seq ?? 0n
  await tx.execute(sql`
    UPDATE audit_log SET size = ${grown.tree.size}, frontier = ${grown.tree.frontier}::bytea[],
      window_from = ${isDone ? window.next : window.from}::xid8, window_to = ${isDone ? window.next : window.to}::xid8,
      window_seq = ${isDone ? 0n : last}`)
  const events = rows.map((row, place) => ({ ...row, at: row.at.toISOString(), index: log.size + BigInt(place) }))
  for (const subscriber of subscribers) await subscriber(tx, events)
  return rows.length
}

/** Before the rows are read: whoever may still commit has an id of at least `horizon`. */
async function lockLog(tx: Tx): Promise<Log> {
  const [log] = await tx.query<Omit<Log, 'horizon'>>(sql`
    SELECT size, frontier, window_from::text AS from, window_to::text AS to, window_seq AS "afterSeq" FROM audit_log FOR UPDATE`)
  const [now] = await tx.query<{ horizon: string }>(
    sql`SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon`,
  )
  if (!log || !now) throw new Error('the row of the audit log is missing')
  return { ...log, ...now }
}

/** Where to read. `next` is where the window after this one begins. */
type Window = { from: string; to: string; afterSeq: bigint; next: string; isWhole: boolean }

/**
 * Transactions [from, to), none of which is running any more: first what is left of the window that was begun, then a new one.
 * In a database that was restored into another cluster transaction ids began anew, below the window: there everything that
 * has no place yet is taken once, and windows go on from the new ids.
 */
function openWindow({ from, to, afterSeq, horizon }: Log): Window {
  if (BigInt(to) > BigInt(horizon)) return { from, to, afterSeq: 0n, next: horizon, isWhole: true }
  if (from === to) return { from, to: horizon, afterSeq: 0n, next: horizon, isWhole: false }
  return { from, to, afterSeq, next: to, isWhole: false }
}

/** What already has a place is passed over, whatever the windows say. */
function readWindow(tx: Tx, { from, to, afterSeq, isWhole }: Window): Promise<Row[]> {
  const inside = sql`e.xid >= ${from}::xid8 AND e.xid < ${to}::xid8 AND e.seq > ${afterSeq}`
  return tx.query<Row>(sql`
    SELECT ${columns} FROM audit_event e
    WHERE ${isWhole ? sql`true` : inside} AND NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.seq = e.seq)
    ORDER BY e.seq LIMIT ${chunk}`)
}

type Grown = { tree: Merkle.Tree; leaves: Merkle.Hash[]; nodes: { node: Merkle.Node; hash: Merkle.Hash }[] }

function hashAll({ size, frontier }: Log, rows: readonly Row[]): Grown {
  const leaves = rows.map((row) => Leaf.hashOf(toDocument(row)))
  const nodes: Grown['nodes'] = []
  const keep = (node: Merkle.Node, hash: Merkle.Hash) => {
    if (node.level % Merkle.tileLevels === 0) nodes.push({ node, hash })
  }
  let tree: Merkle.Tree = { size, frontier }
  for (const leaf of leaves) tree = Merkle.append(tree, leaf, keep)
  return { tree, leaves, nodes }
}

async function insertLeaves(tx: Tx, size: bigint, rows: readonly Row[], leaves: readonly Merkle.Hash[]): Promise<void> {
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
