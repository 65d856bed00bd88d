import pg from 'pg'
import { afterAll, afterEach, expect, it } from 'vitest'
import { closeDb, db, listen, sql, type NotifyListener } from '.'

const open: NotifyListener[] = []
afterEach(async () => {
  for (const listener of open.splice(0)) await listener.close()
})
afterAll(closeDb)

function hear(channel: string): { heard: string[]; ups: number[]; listener: NotifyListener } {
  const [heard, ups]: [string[], number[]] = [[], []]
  const listener = listen(
    channel,
    (payload) => heard.push(payload),
    () => ups.push(Date.now()),
  )
  open.push(listener)
  return { heard, ups, listener }
}

const notify = (channel: string, payload: string) => db.query(sql`SELECT pg_notify(${channel}, ${payload})`)
const connections = () =>
  db.query<{ pid: number }>(
    sql`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sluice listen'`,
  )

it('hears every channel over one connection, and each channel only its own', async () => {
  const [one, other, again] = [hear('one'), hear('other'), hear('one')]
  await expect.poll(() => [one, other, again].every(({ listener }) => listener.isListening())).toBe(true)
  await notify('one', 'a')
  await notify('other', 'b')
  await expect.poll(() => [one.heard, other.heard, again.heard]).toEqual([['a'], ['b'], ['a']])
  expect(await connections()).toHaveLength(1)
})

it('listens to all of them again after the connection was lost', async () => {
  const [one, other] = [hear('one'), hear('other')]
  await expect.poll(() => one.ups.length + other.ups.length).toBe(2)
  for (const { pid } of await connections()) await db.query(sql`SELECT pg_terminate_backend(${pid}::int)`)
  await expect.poll(() => [one.ups.length, other.ups.length], { timeout: 20_000 }).toEqual([2, 2])
  await notify('other', 'c')
  await expect.poll(() => other.heard).toEqual(['c'])
})

it('ends the connection with its last listener, and connects again for the next', async () => {
  const one = hear('one')
  await expect.poll(() => one.listener.isListening()).toBe(true)
  await one.listener.close()
  expect(one.listener.isListening()).toBe(false)
  await expect.poll(connections).toEqual([])
  const next = hear('one')
  await expect.poll(() => next.listener.isListening()).toBe(true)
})

it('does not believe to be listening where nothing is delivered', async () => {
  // Behaves like a pooler in transaction mode: it accepts LISTEN, and no notification ever arrives.
  let swallowed = 0
  const original = pg.Client.prototype.emit
  pg.Client.prototype.emit = function emit(this: pg.Client, event: string | symbol, ...args: unknown[]) {
    if (event !== 'notification') return original.call(this, event, ...args)
    swallowed++
    return false
  } as typeof original
  try {
    const one = hear('one')
    await expect.poll(() => swallowed, { timeout: 20_000 }).toBe(1)
    await expect.poll(connections, { timeout: 20_000 }).toEqual([])
    expect([one.listener.isListening(), one.ups]).toEqual([false, []])
  } finally {
    pg.Client.prototype.emit = original
  }
})
