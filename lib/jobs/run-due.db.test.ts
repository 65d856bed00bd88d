import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { db, endHeartbeat, runFor, sql, stayAlive } from '@/lib/db'
import { countStatements } from '@/sandbox/count-statements'
import { accept, offer, insertSeller, orphan, row } from '@/sandbox/testing/payment-fixture'
import { tasks, type TaskName } from '.'
import { takeDueLeases } from './take-due-leases'
import { runDue } from './run-due'

const names = Object.keys(tasks) as TaskName[]
const statements = countStatements()

beforeAll(insertSeller)
afterAll(endHeartbeat)
// Every task ran a moment ago: longer ago than its pace, and less long ago than its rest.
beforeEach(async () => {
  await stayAlive()
  await restAll()
})

async function restAll(ago = '90 seconds'): Promise<void> {
  await db.execute(sql`
    INSERT INTO task_run (task, started_at, runs)
    SELECT task, now() - ${ago}::interval, 1 FROM unnest(${names}::text[]) AS t(task)
    ON CONFLICT (task) DO UPDATE SET started_at = excluded.started_at, lease_owner = NULL, lease_until = NULL`)
}

const leases = () => runFor('jobs', takeDueLeases)
const isAsked = (name: TaskName) => 'due' in tasks[name]

it('asks one statement of an idle database, and writes nothing', async () => {
  // Twice, because the checkpoint covers what was sequenced.
  for (let round = 0; round < 2; round++) await Promise.all(await runDue())
  await restAll()
  // Tasks without a condition ran just now; the books are compared for a while after something was booked.
  await db.execute(
    sql`UPDATE task_run SET started_at = now() WHERE task = ANY(${names.filter((name) => !isAsked(name))}::text[])`,
  )
  await db.execute(sql`UPDATE task_run SET started_at = now() WHERE task = 'reconcile' OR task = 'watch-channels'`)
  // The last writer of each row.
  const rows = () => db.query(sql`SELECT task, xmin::text FROM task_run ORDER BY task`)
  const before = await rows()
  statements.texts.length = 0
  expect(await runDue()).toEqual([])
  expect(statements.texts.filter((text) => !text.startsWith('INSERT INTO process'))).toHaveLength(1)
  expect(await rows()).toEqual(before)
})

it('runs what is due, and only that, once', async () => {
  const payment = await accept(offer())
  await orphan(payment)
  const ran = await Promise.all(await runDue())
  expect(ran.find(({ task }) => task === 'expire-payments')).toMatchObject({ ran: true, moved: 1 })
  expect(ran.map(({ task }) => task)).not.toContain('pay-refunds')
  expect((await row(payment.id))?.status).toBe('voided')
  expect((await leases()).map(({ task }) => task)).not.toContain('expire-payments')
})

it('gives each task to one of many that ask at the same moment', async () => {
  await db.execute(sql`DELETE FROM task_run WHERE task IN ('forget-answers', 'forget-nonces')`)
  await orphan(await accept(offer()))
  const taken = (await Promise.all(Array.from({ length: 8 }, leases))).flat().map(({ task }) => task)
  expect(taken.length).toBe(new Set(taken).size)
  expect(taken).toEqual(expect.arrayContaining(['expire-payments', 'forget-answers', 'forget-nonces', 'check-alerts']))
})

it('leaves a running task alone until its process is dead or its lease is over', async () => {
  await orphan(await accept(offer()))
  const [owner] = [randomUUID()]
  const hold = (until: string) =>
    db.execute(sql`
      UPDATE task_run SET lease_owner = ${owner}::uuid, lease_until = now() + ${until}::interval WHERE task = 'expire-payments'`)
  const has = async () => (await leases()).some(({ task }) => task === 'expire-payments')
  await db.execute(sql`INSERT INTO process (id) VALUES (${owner}::uuid)`)
  await hold('1 minute')
  expect(await has()).toBe(false)
  await hold('-1 second')
  expect(await has()).toBe(true)
  await restAll()
  await hold('1 minute')
  await db.execute(sql`UPDATE process SET beat_at = now() - interval '10 seconds' WHERE id = ${owner}::uuid`)
  expect(await has()).toBe(true)
})

it('runs a task of which nothing seems to be due all the same, now and then', async () => {
  await restAll('6 minutes')
  const taken = (await leases()).map(({ task }) => task)
  expect(taken).toContain('pay-refunds')
  expect(taken).not.toContain('check-sums')
})
