import { randomBytes, randomUUID } from 'node:crypto'
import pg from 'pg'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { recordEvent } from '@/lib/audit'
import { createCtx } from '@/lib/ctx'
import { db, sql, withTransaction } from '@/lib/db'
import { countStatements } from '@/sandbox/count-statements'
import { address, insertSeller, network } from '@/sandbox/testing/channel-rows-fixture'
import { followExecution, lookAhead, type ExecutionEvent } from '.'

const ctx = createCtx({ kind: 'system', id: 'test' })
const statements = countStatements()
let reader: { operator: boolean; merchantId: string }
let id: string

beforeAll(async () => {
  reader = { operator: false, merchantId: (await insertSeller()).merchantId }
})
beforeEach(async () => {
  const intentId = randomUUID()
  id = randomUUID()
  await db.execute(sql`
    INSERT INTO intent (id, merchant_id, network, body_hash, body, decision)
    VALUES (${intentId}, ${reader.merchantId}, ${network}, ${randomBytes(32)}, '{}', '{}')`)
  await db.execute(sql`
    INSERT INTO transaction (id, network, kind, signer, purpose, merchant_id, intent_id)
    VALUES (${id}, ${network}, 'call', ${address()}, 'execution', ${reader.merchantId}, ${intentId})`)
})

const move = (status: 'signed' | 'included' | 'final') =>
  withTransaction(async (tx) => {
    await tx.execute(sql`UPDATE transaction SET status = ${status}::transaction_status WHERE id = ${id}`)
    await recordEvent(tx, ctx, { type: `transaction.${status}`, transactionId: id })
  })

function follow() {
  const types: string[] = []
  const ended = (async () => {
    for await (const one of followExecution(reader, id, 0n, new AbortController().signal))
      if (one) types.push((one as ExecutionEvent).type)
  })()
  return { types, ended }
}

const reads = () => statements.texts.filter((text) => text.includes('LEFT JOIN LATERAL')).length

it('follows by notifications, with one statement for each change', async () => {
  await move('signed')
  const { types, ended } = follow()
  await expect.poll(() => types).toEqual(['transaction.signed'])
  // It listens from now on.
  await expect.poll(() => statements.texts.some((text) => text.startsWith('LISTEN "transaction_moved"'))).toBe(true)
  await new Promise((resolve) => setTimeout(resolve, 2_500))
  const before = reads()
  await move('included')
  await expect.poll(() => types.length).toBe(2)
  await move('final')
  await ended
  expect(types).toEqual(['transaction.signed', 'transaction.included', 'transaction.final'])
  // Plus one read every two seconds; without notifications there would be eight in that time.
  expect(reads() - before).toBeLessThanOrEqual(4)
  expect(await lookAhead(reader, id, 0n)).toBe('open')
  expect(await lookAhead(reader, id, 10n ** 17n)).toBe('over')
  expect(await lookAhead({ operator: false, merchantId: randomUUID() }, id, 0n)).toBe('none')
})

it('follows also if no notification arrives', async () => {
  const original = pg.Client.prototype.emit
  pg.Client.prototype.emit = function emit(this: pg.Client, event: string | symbol, ...args: unknown[]) {
    return event === 'notification' ? false : original.call(this, event, ...args)
  } as typeof original
  try {
    const { types, ended } = follow()
    await move('signed')
    await move('included')
    await move('final')
    await ended
    expect(types).toEqual(['transaction.signed', 'transaction.included', 'transaction.final'])
  } finally {
    pg.Client.prototype.emit = original
  }
})

it('sends no notification for a transaction without an intent, or for a change of the due date', async () => {
  const heard: string[] = []
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
  await client.connect()
  client.on('notification', ({ payload = '' }) => heard.push(payload))
  await client.query('LISTEN transaction_moved')
  const own = randomUUID()
  await db.execute(sql`
    INSERT INTO transaction (id, network, kind, signer, purpose) VALUES (${own}, ${network}, 'call', ${address()}, 'settlement')`)
  await db.execute(sql`UPDATE transaction SET status = 'signed' WHERE id = ${own}`)
  await db.execute(sql`UPDATE transaction SET due_at = now() WHERE id = ${id}`)
  await move('signed')
  await expect.poll(() => heard).toEqual([id])
  await client.end()
})
