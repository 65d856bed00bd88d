import { afterAll, beforeAll, expect, it } from 'vitest'
import { db, endHeartbeat, processId, sql, withTransaction } from '@/lib/db'
import { accept, offer, insertSeller, orphan, row } from '@/sandbox/testing/payment-fixture'
import { runTask } from '.'

beforeAll(insertSeller)
afterAll(endHeartbeat)

const leaseOf = async (task: string) =>
  (
    await db.query<{ owner: string | null; runs: bigint }>(
      sql`SELECT lease_owner AS owner, runs FROM task_run WHERE task = ${task}`,
    )
  )[0]

it('begins nothing once its time is over', async () => {
  const payment = await accept(offer())
  await orphan(payment)
  expect(await runTask('expire-payments', 0, true)).toMatchObject({ ran: true, moved: 0 })
  expect((await row(payment.id))?.status).toBe('authorized')
  expect(await runTask('expire-payments', undefined, true)).toMatchObject({ ran: true, moved: 1 })
  expect((await row(payment.id))?.status).toBe('voided')
})

it('gives back its own lease only, not that of a run which took the task over', async () => {
  const payment = await accept(offer())
  await orphan(payment)
  const { ran } = await withTransaction(async (tx) => {
    await tx.query(sql`SELECT 1 FROM payment WHERE id = ${payment.id} FOR UPDATE`)
    const ran = runTask('expire-payments', undefined, true)
    const waits = sql`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
    await expect.poll(async () => (await db.query(waits)).length).toBe(1)
    // Its lease ends, and this process or another takes the task again.
    await db.execute(sql`UPDATE task_run SET runs = runs + 1 WHERE task = 'expire-payments'`)
    return { ran }
  })
  expect(await ran).toMatchObject({ ran: true })
  expect((await leaseOf('expire-payments'))?.owner).toBe(processId)
})
