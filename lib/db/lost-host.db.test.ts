import { mkdtemp, chmod, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { migrate } from '@/sandbox/migrate'
import { removePostgres, startPostgres, type Postgres } from '@/sandbox/postgres'
import { startPostgresProxy, type PostgresProxy } from '@/sandbox/faults/postgres-proxy'
import { AppError } from '../errors'
import {
  closeDb,
  db,
  listen,
  processId,
  runFor,
  sql,
  stayAlive,
  withTransaction,
  type NotifyListener,
  type ConnectionPurpose,
} from '.'

const purposes = ['sales', 'jobs', 'pages'] as const satisfies readonly ConnectionPurpose[]
const first = process.env.DATABASE_URL ?? ''
let proxy: PostgresProxy
let scratch: string
let second: Postgres
/** The same database, on the second server. */
let standby: string
let listener: NotifyListener | undefined

beforeAll(async () => {
  proxy = await startPostgresProxy(first)
  process.env.DATABASE_URL = proxy.url
  scratch = await mkdtemp(path.join(tmpdir(), 'sluice-standby-'))
  await chmod(scratch, 0o755)
  second = await startPostgres({ dataDir: path.join(scratch, 'cluster') })
  const { password, pathname } = new URL(first)
  const url = new URL(second.url)
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  await client.query(`ALTER USER postgres PASSWORD '${password}'`)
  await client.query(`CREATE DATABASE ${pathname.slice(1)}`)
  await client.end()
  url.password = password
  url.pathname = pathname
  standby = url.href
  await migrate(process.cwd(), standby)
})

afterAll(async () => {
  await listener?.close()
  await closeDb()
  await proxy.stop()
  await second.stop()
  removePostgres(path.join(scratch, 'cluster'))
  await rm(scratch, { recursive: true, force: true })
})

const settled = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

test('a commit whose answer is lost is unavailable, and not known to have failed', async () => {
  await db.query(sql`SELECT 1`)
  void proxy.loseReply(/^COMMIT/)
  const lost = withTransaction((tx) =>
    tx.execute(sql`INSERT INTO process (id) VALUES ('00000000-0000-4000-8000-000000000001')`),
  )
  await expect(lost).rejects.toMatchObject({ code: 'unavailable', status: 503 })
  expect(await db.query(sql`SELECT 1 FROM process WHERE id = '00000000-0000-4000-8000-000000000001'`)).toHaveLength(1)
})

test('a transaction that cannot begin is unavailable', async () => {
  await db.query(sql`SELECT 1`)
  void proxy.loseReply(/^BEGIN/)
  await expect(withTransaction(async () => 1)).rejects.toBeInstanceOf(AppError)
})

test('a host that is gone without a word is left for the one that takes its place', async () => {
  const heard = vi.fn<(payload: string) => void>()
  const up = vi.fn<() => void>()
  listener = listen('lost_host', heard, up)
  await stayAlive()
  await expect.poll(() => up.mock.calls.length).toBe(1)
  for (const purpose of purposes) await runFor(purpose, () => db.query(sql`SELECT 1`))

  // Running when it happens, and started afterwards.
  const running = runFor('jobs', () => settled(db.query(sql`SELECT pg_sleep(600)`)))
  proxy.swallow()
  const begun = settled(db.query(sql`SELECT 1`))
  proxy.moveTo(standby)

  // The heartbeat reports it: no timeout of the driver or of TCP has to pass.
  const cause = /the database is another server now/
  for (const error of await Promise.all([running, begun])) {
    expect(error).toMatchObject({ code: 'unavailable' })
    expect(String((error as AppError).cause)).toMatch(cause)
  }
  for (const purpose of purposes)
    expect(await runFor(purpose, () => db.query(sql`SELECT current_database()`))).toHaveLength(1)
  // The heartbeat is written right after its connection finds that the server is another one.
  await expect.poll(() => db.query(sql`SELECT 1 FROM process WHERE id = ${processId}::uuid`)).toHaveLength(1)
  await expect.poll(() => up.mock.calls.length).toBe(2)
  await db.query(sql`SELECT pg_notify('lost_host', 'hello')`)
  await expect.poll(() => heard.mock.calls).toContainEqual(['hello'])
})
