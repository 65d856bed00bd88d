import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { address, insertChannel, insertSeller, network } from '../../../sandbox/testing/channel-rows-fixture'
import { createCtx } from '@/lib/ctx'
import { db, endHeartbeat, sql } from '@/lib/db'
import { advanceOpenings } from './advance-openings'

const ctx = createCtx({ kind: 'system', id: 'test' })
let seller: { merchantId: string; resourceId: string }

beforeAll(async () => {
  seller = await insertSeller()
})
afterAll(endHeartbeat)

/** Transactions with an outcome, and whose they are: where they were included the chain has to be asked, and it is not there. */
async function insertTransactions(count: number, status: 'included' | 'expired'): Promise<void> {
  await db.execute(sql`
    INSERT INTO transaction (id, network, kind, signer, purpose, status, hash, block_number, logs)
    SELECT gen_random_uuid(), ${network}, 'raw', ${address()}, 'channel', ${status}::transaction_status, '0x' || md5(n::text), 7, '[]'
    FROM generate_series(1, ${count}::int) n`)
}

const statusOf = async (id: string) =>
  (await db.query<{ status: string }>(sql`SELECT status FROM channel WHERE id = ${id}`))[0]?.status

/** An opening whose payer's transaction ran out of time. */
async function insertFailed(): Promise<string> {
  const [id, transactionId] = [await insertChannel(seller), randomUUID()]
  await db.execute(sql`
    INSERT INTO transaction (id, network, kind, signer, purpose, status) VALUES (${transactionId}::uuid, ${network}, 'raw', ${address()}, 'channel', 'expired')`)
  await db.execute(sql`
    UPDATE channel SET status = 'opening', next_due_at = now(), open_transaction_id = ${transactionId}::uuid WHERE id = ${id}`)
  return id
}

it('books the next opening in one run behind ten thousand that cannot be booked, and leaves those alone for longer each time', async () => {
  await insertTransactions(10_000, 'included')
  await db.execute(sql`
    INSERT INTO channel (id, merchant_id, resource_id, protocol, wire, network, escrow, asset, payer, payee, operator, signer, descriptor,
      status, deposit_base, open_transaction_id, created_at, next_due_at, tries)
    SELECT '0x' || md5(t.id::text) || md5('x' || t.id), ${seller.merchantId}::uuid, ${seller.resourceId}::uuid, 'mpp', 'w', ${network},
      '0x4d50500000000000000000000000000000000000', '0xa', '0xp', '0xp', '0xo', '0xs', '{}', 'opening', 1000, t.id,
      now() - interval '1 day', now() - interval '1 minute', 5
    FROM transaction t`)
  await db.execute(sql`
    INSERT INTO channel_top_up (transaction_id, channel_id, hash, amount_base, created_at, due_at, tries)
    SELECT open_transaction_id, id, id, 1, created_at, next_due_at, 5 FROM channel WHERE status = 'opening'`)
  const good = await insertFailed()
  expect(await advanceOpenings(ctx, 10_000)).toBe(1)
  expect(await statusOf(good)).toBe('failed')
  const [left] = await db.query<{ later: number; soonest: number }>(sql`
    SELECT count(*)::int AS later, min(extract(epoch FROM next_due_at - now()))::float8 AS soonest
    FROM channel WHERE status = 'opening' AND next_due_at > now()`)
  // The chain cannot be reached: one look says so for all of them.
  expect(left).toMatchObject({ later: 1 })
  expect(left?.soonest).toBeGreaterThan(25)
})

it('books the next top-up in one run behind the same', async () => {
  const transactionId = randomUUID()
  const id = await insertChannel(seller)
  await db.execute(sql`
    INSERT INTO transaction (id, network, kind, signer, purpose, status) VALUES (${transactionId}::uuid, ${network}, 'raw', ${address()}, 'channel', 'expired')`)
  await db.execute(sql`UPDATE channel SET next_due_at = now() + interval '1 hour' WHERE status = 'opening'`)
  await db.execute(sql`
    INSERT INTO channel_top_up (transaction_id, channel_id, hash, amount_base) VALUES (${transactionId}::uuid, ${id}, '0xgood', 1)`)
  expect(await advanceOpenings(ctx, 10_000)).toBe(1)
  const [topUp] = await db.query<{ error: string | null }>(sql`SELECT error FROM channel_top_up WHERE hash = '0xgood'`)
  expect(topUp?.error).toBeTruthy()
})
