import { expect, test } from 'vitest'
import { db, sql, type Tx } from '@/lib/db'
import { sequenceEvents } from './sequence-events'

const budgetMs = 20_000

/** Words of the events from leaf `from` on, in log order. */
async function words(from: bigint): Promise<string[]> {
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

const recordMany = (count: number, word: string) =>
  db.execute(sql`
    INSERT INTO audit_event (type, actor, data)
    SELECT 'session.created', '{"kind":"system","id":"test"}', jsonb_build_object('word', ${word}::text || ' ' || n)
    FROM generate_series(1, ${count}::int) n`)

test('windows after a long pause end where they have enough, and miss nothing', async () => {
  const from = await logSize()
  for (const word of ['one', 'two', 'three', 'four']) await recordMany(7_000, word)
  const windows = new Set<bigint>()
  const note = async (tx: Tx) => {
    const [log] = await tx.query<{ to: string }>(sql`SELECT window_to::text AS to FROM audit_log`)
    windows.add(BigInt(log?.to ?? 0))
  }
  await expect.poll(() => sequenceEvents(budgetMs, [note]).then(logSize)).toBe(from + 28_000n)
  expect(windows.size).toBeGreaterThan(1)
  expect(new Set(await words(from)).size).toBe(28_000)
})

test('a restored database passes over what has its place, a stride at a time', async () => {
  const from = await logSize()
  expect(from).toBeGreaterThan(25_000n)
  await db.execute(sql`UPDATE audit_log SET window_from = '900000000', window_to = '900000100', window_seq = 77`)
  await recordMany(1, 'restored')
  await sequenceUntil(from + 1n)
  await recordMany(1, 'next')
  await sequenceUntil(from + 2n)
  expect(await words(from)).toEqual(['restored 1', 'next 1'])
  const [log] = await db.query<{ from: string }>(sql`SELECT window_from::text AS from FROM audit_log`)
  expect(BigInt(log!.from)).toBeLessThan(900_000_000n)
})
