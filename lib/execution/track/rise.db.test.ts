import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { address, hex, network } from '@/sandbox/testing/channel-rows-fixture'
import { columns, toTransaction, type TransactionRow } from '../transaction-row'
import { riseAll } from './rise-all'

const ctx = createCtx({ kind: 'system', id: 'test' })

async function included(): Promise<string> {
  const id = randomUUID()
  await db.execute(sql`
    INSERT INTO transaction (id, network, kind, signer, purpose, status, block_number, block_hash, included_at)
    VALUES (${id}, ${network}, 'call', ${address()}, 'settlement', 'included', 5, ${hex(32)}, now())`)
  return id
}
const load = async (id: string) => {
  const [row] = await db.query<TransactionRow>(sql`SELECT ${columns} FROM transaction t WHERE t.id = ${id}`)
  return toTransaction(row!)
}
const told = async (id: string) =>
  (await db.query<{ type: string }>(sql`SELECT type FROM audit_event WHERE transaction_id = ${id} ORDER BY seq`)).map(
    ({ type }) => type,
  )

it('writes each level once with its event, though many write at the same moment and in any order', async () => {
  const all = await Promise.all((await Promise.all(Array.from({ length: 20 }, included))).map(load))
  const [gone] = all
  // Its block was taken back since it was looked at.
  await db.execute(sql`UPDATE transaction SET status = 'submitted', block_hash = NULL WHERE id = ${gone!.id}`)
  const safe = all.map((transaction) => ({ transaction, level: 'safe' as const }))
  const final = all.map((transaction) => ({ transaction, level: 'final' as const }))
  await Promise.all([riseAll(ctx, safe), riseAll(ctx, safe.toReversed()), riseAll(ctx, safe)])
  await Promise.all([riseAll(ctx, final), riseAll(ctx, [...safe].reverse()), riseAll(ctx, final.toReversed())])
  for (const { id } of all.slice(1)) {
    expect((await load(id)).status).toBe('final')
    expect(await told(id)).toEqual(['transaction.safe', 'transaction.final'])
  }
  expect([(await load(gone!.id)).status, await told(gone!.id)]).toEqual(['submitted', []])
})
