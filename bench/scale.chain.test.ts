import { privateKeyToAddress } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scaleOf, seedScale } from '../sandbox/scale'
import { recordStatements, tellStatements, type Statement } from '../sandbox/statements'
import { chains } from '../sandbox/testing/chains'
import { createCtx } from '@/lib/ctx'
import { db, endHeartbeat, sql } from '@/lib/db'
import { ensureSigners } from '@/lib/execution'
import { tasks, type TaskName } from '@/lib/jobs'

// What a background task reads may not grow with what was ever sold: a tenth of `bench:scale` is enough for the planner to show it.

const size = 0.1
/** Rows from which a table counts as one that grows. */
const grownRows = 2_000
/** A task that has to read its tables whole, once a night. */
const slow: readonly TaskName[] = ['check-sums']

/** What has something to do. A statement that fails tells no plan. */
const busy: readonly TaskName[] = [
  'settle-channels',
  'reconcile-channels',
  'release-holds',
  'reconcile',
  'sequence-audit',
  'forget-processes',
]

const rowsOf = new Map<string, number>()

beforeAll(async () => {
  const url = process.env.DATABASE_URL ?? ''
  const operator = privateKeyToAddress(process.env.SETTLEMENT_PRIVATE_KEY as `0x${string}`)
  await tellStatements(url, true)
  await seedScale(url, scaleOf(size), { ...chains(), operator: operator.toLowerCase() as `0x${string}` })
  await ensureSigners(createCtx({ kind: 'system', id: 'test' }))
  const tables = await db.query<{ name: string; rows: number }>(sql`
    SELECT relname AS name, reltuples::float8 AS rows FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples >= ${grownRows}`)
  for (const { name, rows } of tables) rowsOf.set(name, rows)
})
afterAll(endHeartbeat)

/** Where a statement reads a table that grows as a whole, or much of it. */
function wholeReads({ text, scans }: Statement): string[] {
  return scans.flatMap(({ kind, table, index, rows }) => {
    const all = rowsOf.get(table)
    if (all === undefined || (kind !== 'Seq Scan' && rows <= all / 4)) return []
    return [
      `${kind} of ${table}${index ? ` by ${index}` : ''}, ${rows} of ${all} rows: ${text.replaceAll(/\s+/g, ' ').slice(0, 300)}`,
    ]
  })
}

const names = (Object.keys(tasks) as TaskName[]).filter((name) => !slow.includes(name))

describe('background tasks on a database with years of business', () => {
  it('has grown tables', () => {
    const wanted = [
      'payment',
      'transfer',
      'transaction',
      'attempt',
      'channel',
      'channel_settlement',
      'voucher',
      'audit_event',
      'audit_leaf',
    ]
    expect([...rowsOf.keys()]).toEqual(expect.arrayContaining([...wanted, 'settlement_batch']))
  })

  // The first run has the work: a second one would say nothing.
  it.each(names)('%s reads no table that grows as a whole', { retry: 0 }, async (name) => {
    const ctx = createCtx({ kind: 'system', id: `job:${name}` })
    let moved = 0
    const statements = await recordStatements(async () => (moved = await tasks[name].run(ctx, 20_000)))
    expect(statements.flatMap(wholeReads)).toEqual([])
    if (busy.includes(name)) expect(moved).toBeGreaterThan(0)
  })
})
