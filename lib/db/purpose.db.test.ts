import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { db, endHeartbeat, processId, runFor, sql, stayAlive, type ConnectionPurpose } from '.'

const lockId = 812
const connect = async () => {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
  await client.connect()
  return client
}
const lastBeat = async () => {
  const [row] = await db.query<{ at: string }>(
    sql`SELECT beat_at::text AS at FROM process WHERE id = ${processId}::uuid`,
  )
  return row?.at ?? ''
}

afterAll(endHeartbeat)

test.each<[ConnectionPurpose, ConnectionPurpose]>([
  ['pages', 'sales'],
  ['pages', 'jobs'],
  ['jobs', 'sales'],
])('whatever %s do, %s and heartbeats have connections', async (busy, other) => {
  await stayAlive()
  const holder = await connect()
  await holder.query('SELECT pg_advisory_lock($1)', [lockId])
  const waiting = Array.from({ length: 60 }, () =>
    runFor(busy, () => db.query(sql`SELECT pg_advisory_xact_lock(${lockId})`)).catch(() => undefined),
  )
  try {
    const isFull = async () => {
      const { rowCount } = await holder.query(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory' AND application_name = $1",
        [`sluice ${busy}`],
      )
      return (rowCount ?? 0) >= 5
    }
    while (!(await isFull())) await new Promise((resolve) => setImmediate(resolve))
    expect(await runFor(other, () => db.query(sql`SELECT 1 AS one`))).toEqual([{ one: 1 }])
    const before = await lastBeat()
    let after = before
    while (after === before) after = await lastBeat()
    expect(after > before).toBe(true)
  } finally {
    await holder.end()
    await Promise.all(waiting)
  }
})

test('three processes fit into the hundred connections of a PostgreSQL as it is installed', async () => {
  const { env } = await import('../env')
  const { DATABASE_CONNECTIONS_SALES: sales, DATABASE_CONNECTIONS_JOBS: jobs, DATABASE_CONNECTIONS_PAGES: pages } = env
  const [heartbeat, listeners, webhooks, reserved] = [1, 4, 3, 3]
  expect(3 * (sales + jobs + pages + heartbeat + listeners + webhooks)).toBeLessThanOrEqual(100 - reserved)
})
