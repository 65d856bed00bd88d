import pg from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { createCtx } from '../ctx'
import { db, sql, withTransaction } from '@/lib/db'
import { Bytes, Leaf, Merkle, Note } from '@/lib/proof'
import { findCheckpoint } from './find-checkpoint'
import { proveConsistency } from './prove-consistency'
import { proveInclusion } from './prove-inclusion'
import { recordEvents } from './record-events'
import { columns, toDocument, type StoredEvent } from './row'
import { sequenceEvents, type SequencedEvent } from './sequence-events'
import { signCheckpoint } from './sign-checkpoint'
import { logKey } from './signing-key'

const ctx = createCtx({ kind: 'system', id: 'test' })
const budgetMs = 20_000

const clients: pg.Client[] = []
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end()))
})

/** A connection of its own, in a transaction. */
async function begin(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
  clients.push(client)
  await client.connect()
  await client.query('BEGIN')
  return client
}

const insert = (client: pg.Client, word: string) =>
  client.query(
    `INSERT INTO audit_event (type, actor, data) VALUES ('session.created', '{"kind":"system","id":"test"}', $1)`,
    [JSON.stringify({ word })],
  )

/** Words of the events from leaf `from` on, in log order. */
async function words(from = 0n): Promise<unknown[]> {
  const rows = await db.query<{ word: string }>(sql`
    SELECT e.data ->> 'word' AS word FROM audit_leaf l JOIN audit_event e USING (seq) WHERE l.index >= ${from} ORDER BY l.index`)
  return rows.map(({ word }) => word)
}

async function logSize(): Promise<bigint> {
  const [log] = await db.query<{ size: bigint }>(sql`SELECT size FROM audit_log`)
  return log?.size ?? -1n
}

/** Other databases of the cluster may hold the horizon back for a moment, because other test files run at the same time. */
async function sequenceUntil(size: bigint): Promise<void> {
  await expect.poll(() => sequenceEvents(budgetMs).then(logSize)).toBe(size)
}

const record = (count: number, word = 'batch') =>
  withTransaction((tx) =>
    recordEvents(
      tx,
      ctx,
      Array.from({ length: count }, (_, index) => ({
        type: 'session.created' as const,
        data: { word: `${word} ${index}` },
      })),
    ),
  )

describe('windows', () => {
  test('an event that commits late is neither missed nor taken before its elders', async () => {
    const from = await logSize()
    const early = await begin()
    await insert(early, 'early, commits last')
    const late = await begin()
    await insert(late, 'late, commits first')
    await late.query('COMMIT')
    await sequenceEvents(budgetMs)
    expect(await words(from)).toEqual([])
    await early.query('COMMIT')
    await sequenceUntil(from + 2n)
    expect(await words(from)).toEqual(['early, commits last', 'late, commits first'])
  })

  test('nor one whose number is lower than what was taken already', async () => {
    const from = await logSize()
    const first = await begin()
    // Its number is drawn before its transaction has an id.
    const [{ seq }] = (await first.query(`SELECT nextval('audit_event_seq_seq') AS seq`)).rows as [{ seq: string }]
    await first.query('COMMIT')
    await record(1, 'higher number')
    await sequenceUntil(from + 1n)
    await first.query(
      `INSERT INTO audit_event (seq, type, actor, data) VALUES ($1, 'session.created', '{"kind":"system","id":"test"}', '{"word":"lower"}')`,
      [seq],
    )
    await sequenceUntil(from + 2n)
    expect(await words(from)).toEqual(['higher number 0', 'lower'])
  })

  test('what is rolled back leaves no leaf', async () => {
    const from = await logSize()
    const client = await begin()
    await insert(client, 'never happened')
    await client.query('ROLLBACK')
    await record(1, 'happened')
    await sequenceUntil(from + 1n)
    expect(await words(from)).toEqual(['happened 0'])
  })

  test('many transactions in any order, with many sequencers between: each event once, in the order of their windows', async () => {
    const from = await logSize()
    let seed = 7
    const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below
    const open: { client: pg.Client; words: string[] }[] = []
    const kept: string[] = []
    let next = 0
    for (let step = 0; step < 150; step++) {
      const at = random(Math.max(1, open.length))
      const chosen = open[at]
      const action = random(10)
      if (!chosen || (action < 3 && open.length < 6)) open.push({ client: await begin(), words: [] })
      else if (action < 6) {
        const word = `event ${next++}`
        await insert(chosen.client, word)
        chosen.words.push(word)
      } else if (action < 9) {
        const isKept = action < 8
        await chosen.client.query(isKept ? 'COMMIT' : 'ROLLBACK')
        if (isKept) kept.push(...chosen.words)
        open.splice(at, 1)
      } else await Promise.all([sequenceEvents(budgetMs), sequenceEvents(budgetMs)])
    }
    for (const { client } of open) await client.query('ROLLBACK')
    await sequenceUntil(from + BigInt(kept.length))
    expect((await words(from)).toSorted()).toEqual(kept.toSorted())
    expect(kept.length).toBeGreaterThan(20)
  })

  test('in a database that was restored into another cluster nothing is missed and nothing taken twice', async () => {
    const from = await logSize()
    await db.execute(sql`UPDATE audit_log SET window_from = '900000000', window_to = '900000000'`)
    const running = await begin()
    await insert(running, 'still running')
    await record(1_100, 'restored')
    await sequenceUntil(from + 1_100n)
    await running.query('COMMIT')
    await record(1, 'after')
    await sequenceUntil(from + 1_102n)
    expect((await words(from)).slice(-2).toSorted()).toEqual(['after 0', 'still running'])
  })
})

describe('subscribers', () => {
  test('are told everything once and in order, in chunks', async () => {
    const from = await logSize()
    const told: SequencedEvent[] = []
    await record(2_300)
    await expect
      .poll(() => sequenceEvents(budgetMs, [async (_, events) => void told.push(...events)]).then(logSize))
      .toBe(from + 2_300n)
    expect(told.map(({ index }) => index)).toEqual(Array.from({ length: 2_300 }, (_, index) => from + BigInt(index)))
    expect(told.at(-1)).toMatchObject({ type: 'session.created', data: { word: 'batch 2299' } })
  })

  test('that fail leave everything as it was', async () => {
    const from = await logSize()
    await record(1, 'told later')
    const refuse = () => Promise.reject(new Error('not now'))
    await expect.poll(() => sequenceEvents(budgetMs, [refuse]).catch(String)).toMatch(/not now/)
    expect(await logSize()).toBe(from)
    await sequenceUntil(from + 1n)
  })
})

describe('what is stored', () => {
  test('is the tree over the events, and proves each of them', async () => {
    await sequenceUntil(await countEvents())
    const rows = await db.query<StoredEvent & { hash: Buffer }>(
      sql`SELECT ${columns}, l.hash FROM audit_leaf l JOIN audit_event e USING (seq) ORDER BY l.index`,
    )
    const leaves = rows.map((row) => Leaf.hashOf(toDocument(row)))
    expect(rows.map(({ hash }) => hash.toString('hex'))).toEqual(leaves.map(Bytes.toHex))
    const trees = leaves.reduce<Merkle.MerkleTree[]>(
      (grown, leaf) => [...grown, Merkle.append(grown.at(-1) ?? Merkle.empty, leaf)],
      [],
    )
    const at = (size: bigint) => ({ size, root: Merkle.rootOf(trees[Number(size) - 1] ?? Merkle.empty) })
    const size = BigInt(leaves.length)
    expect(size).toBeGreaterThan(3_000n)
    const indexes = [0n, 1n, 255n, 256n, 257n, 1_000n, size - 1n]
    const proofs = await proveInclusion(indexes, size)
    indexes.forEach((index, place) => {
      expect(Merkle.verifyInclusion(leaves[Number(index)]!, index, at(size), proofs[place]!)).toBe(true)
    })
    for (const older of [1n, 255n, 256n, 511n, 2_048n, size]) {
      const proof = await proveConsistency(older, size)
      expect(Merkle.verifyConsistency(at(older), at(size), proof!)).toBe(true)
    }
  })

  async function countEvents(): Promise<bigint> {
    const [row] = await db.query<{ count: bigint }>(sql`SELECT count(*) FROM audit_event`)
    return row?.count ?? 0n
  }
})

describe('checkpoints', () => {
  test('are signed when the log has grown, two seconds apart, over what the log holds', async () => {
    // What was signed counts, not which call reported it: a reply can be lost.
    const grown = await logSize()
    await expect.poll(async () => (await signCheckpoint(), (await findCheckpoint())?.size)).toBe(grown)
    const signed = (await findCheckpoint())!
    expect(Note.isSigned(Note.parse(signed.note), logKey())).toBe(true)
    expect(signed.note.split('\n')[0]).toBe('sluice.test/audit')
    await record(1, 'grown')
    await sequenceUntil(signed.size + 1n)
    await expect.poll(async () => (await signCheckpoint(), (await findCheckpoint())?.size)).toBe(signed.size + 1n)
    const [apart] = await db.query<{ ms: number }>(sql`
      SELECT extract(epoch FROM max(created_at) - min(created_at))::float8 * 1000 AS ms
      FROM (SELECT created_at FROM audit_checkpoint ORDER BY size DESC LIMIT 2) c`)
    expect(apart?.ms).toBeGreaterThanOrEqual(2_000)
  })

  test('are not signed over a log that does not contain the last one', async () => {
    const signed = (await findCheckpoint())!
    // Rewritten before the log grows: sequencing signs too, and would sign the honest log once two seconds have passed.
    await withTransaction(async (tx) => {
      await tx.execute(sql`SET LOCAL session_replication_role = replica`)
      await tx.execute(sql`UPDATE audit_leaf SET hash = sha256('another') WHERE index = 17`)
      await tx.execute(sql`UPDATE audit_node SET hash = sha256('another') WHERE level = 8 AND index = 0`)
    })
    await record(1, 'after the rewrite')
    await sequenceUntil(signed.size + 1n)
    await db.execute(sql`SELECT pg_sleep(2.1)`)
    expect(await signCheckpoint()).toBe(false)
    expect((await findCheckpoint())?.size).toBe(signed.size)
  })
})

test.each(['audit_event', 'audit_leaf', 'audit_node', 'audit_checkpoint'])('%s is append-only', async (table) => {
  const client = await begin()
  await expect(client.query(`DELETE FROM ${table}`)).rejects.toThrow(/append-only/)
})
