import { privateKeyToAddress } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scaleOf, seedScale } from '../sandbox/scale'
import { findSamples, scalePages, type Samples } from '../sandbox/scale-pages'
import { recordStatements, tellStatements, type Statement } from '../sandbox/statements'
import { chains } from '../sandbox/testing/chains'
import { createCtx } from '@/lib/ctx'
import { db, endHeartbeat, sql } from '@/lib/db'
import { ensureSigners } from '@/lib/execution'
import { tasks, type TaskName } from '@/lib/jobs'

// The rows that a background task or a page reads must not grow with all sales ever: a tenth of `bench:scale` is enough for the planner to show it.

const size = 0.1
/** Rows from which a table counts as one that grows. */
const grownRows = 2_000
/** A task that has to read its tables whole, once a night. */
const slow: readonly TaskName[] = ['check-sums']

/** Tasks that have work. A statement that fails has no plan. */
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

  // Never retried: a second run finds no work left, and passes.
  it.each(names)('%s reads no table that grows as a whole', async (name) => {
    const ctx = createCtx({ kind: 'system', id: `job:${name}` })
    let moved = 0
    const statements = await recordStatements(async () => (moved = await tasks[name].run(ctx, 20_000)))
    expect(statements.flatMap(wholeReads)).toEqual([])
    if (busy.includes(name)) expect(moved).toBeGreaterThan(0)
  })
})

/** Most rows of one table that a page may read in one statement: its counting limit, and as many again to find them. */
const pageRows = 22_000
/** Hold a row for each hour, or each payer, of a merchant: what is shown of them is added up. */
const sums = new Set(['sale_hour', 'payer_sum'])
/** A walk that ends at the first rows it meets is none. */
const firstRows = 200

/** Where a statement of a page reads more than what it shows, or a table from its beginning. */
function longReads({ text, scans }: Statement): string[] {
  return scans.flatMap(({ kind, table, index, rows }) => {
    if ((rowsOf.get(table) ?? 0) < grownPageRows || sums.has(table)) return []
    if (rows <= (kind === 'Seq Scan' ? firstRows : pageRows)) return []
    return [
      `${kind} of ${table}${index ? ` by ${index}` : ''}, ${rows} rows: ${text.replaceAll(/\s+/g, ' ').slice(0, 300)}`,
    ]
  })
}

/** Rows from which a table counts as one that grows, for pages: a smaller one is in memory, and read as a whole for less. */
const grownPageRows = 20_000

describe('pages on a database with years of business', () => {
  let of: Samples
  beforeAll(async () => {
    of = await findSamples()
    // The checkpoint that the export refers to.
    await recordStatements(() => tasks['sequence-audit'].run(createCtx({ kind: 'system', id: 'test' }), 20_000))
  })
  // The names alone are known before there is a database.
  const pages = scalePages({} as Samples).map(({ name }) => name)

  it.each(pages)('%s reads what it shows, for a member and an operator', async (name) => {
    const page = scalePages(of).find((one) => one.name === name)
    for (const operator of [false, true]) {
      const reader = { operator, merchantId: of.merchantId }
      const statements = await recordStatements(() => page?.read(reader) ?? Promise.resolve(), 'pages')
      expect(statements.length).toBeGreaterThan(0)
      expect(statements.flatMap(longReads)).toEqual([])
    }
  })
})
