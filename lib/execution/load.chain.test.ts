import { keccak256, toHex, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { createCtx } from '@/lib/ctx'
import { db, endHeartbeat, sql, withTransaction } from '@/lib/db'
import { counter, executeData, putCounter, totalEffects } from '@/sandbox/counter'
import { fundGas } from '@/sandbox/evm'
import { chains } from '@/sandbox/testing/chains'
import { enqueueTransaction, ensureSigners, submitDue, trackDue } from './index'

// Many transactions at once, in blocks that come on demand: bench/execution.ts measures what this proves.

const network = 'eip155:84532'
const ctx = createCtx({ kind: 'system', id: 'test' })
const { evm } = chains()
const inFlightMax = 80
const keys = Array.from({ length: 5 }, generatePrivateKey)
const signers = keys.map((key) => privateKeyToAccount(key).address)
process.env.SIGNERS = JSON.stringify(
  keys.map((privateKey) => ({ purpose: 'execution', kind: 'env', privateKey, inFlightMax })),
)

beforeAll(async () => {
  await putCounter(evm, inject('chainsDir'))
  for (const signer of signers) await fundGas(evm, signer, 10n ** 20n)
  await ensureSigners(ctx)
  await evm.rpc('evm_setAutomine', [false])
  await evm.rpc('evm_setIntervalMining', [0])
})
afterAll(() => endHeartbeat())

type Sent = { signer: string; nonce: bigint; status: string; blockNumber: bigint; hash: Hex }

/** Queues this many on each signer at once, and lets the tasks work until all are in blocks. Rows in the order of nonces. */
async function run(on: readonly Hex[], each: number): Promise<Sent[]> {
  const fresh = keccak256(toHex(`${on.join()} ${each}`))
  const asked = on.flatMap((signer) => Array.from({ length: each }, (_, at) => ({ signer, at })))
  const ids = await Promise.all(
    asked.map(async ({ signer, at }) => {
      const data = executeData(keccak256(toHex(`${fresh} ${signer} ${at}`)))
      const call = { kind: 'call', network, purpose: 'execution', signer, to: counter, data, value: 0n } as const
      return (await withTransaction((tx) => enqueueTransaction(tx, ctx, call))).id
    }),
  )
  // The lease of a new transaction lets its own process submit it first. Here no process does.
  await db.execute(sql`UPDATE transaction SET lease_until = NULL WHERE id = ANY(${ids}::uuid[])`)
  for (let round = 0; round < 100; round++) {
    await db.execute(sql`UPDATE transaction SET due_at = now() WHERE status IN ('queued', 'submitted')`)
    await submitDue(ctx, 10_000)
    await evm.rpc('evm_mine', [])
    await trackDue(ctx, 10_000)
    const rows = await db.query<Sent>(sql`
      SELECT signer, nonce, status, block_number AS "blockNumber", hash FROM transaction
      WHERE id = ANY(${ids}::uuid[]) ORDER BY signer, nonce`)
    if (rows.every(({ blockNumber }) => blockNumber !== null)) return rows
  }
  throw new Error('not all were included')
}

/** The lane has no gap, and the chain ran it in its order. */
async function expectInOrder(rows: readonly Sent[]): Promise<void> {
  const first = rows[0]?.nonce ?? 0n
  expect(rows.map(({ nonce }) => nonce)).toEqual(rows.map((_, at) => first + BigInt(at)))
  const blocks = rows.map(({ blockNumber }) => Number(blockNumber))
  expect(blocks).toEqual(blocks.toSorted((one, other) => one - other))
  expect(new Set(rows.map(({ hash }) => hash)).size).toBe(rows.length)
}

it('200 on one signer are all included, once, in the order of their nonces', async () => {
  const before = await totalEffects(evm)
  const rows = await run([signers[0] as Hex], 200)
  await expectInOrder(rows)
  expect(rows).toHaveLength(200)
  expect((await totalEffects(evm)) - before).toBe(200n)
})

it('50 on each of four signers are too', async () => {
  const before = await totalEffects(evm)
  const on = signers.slice(1) as Hex[]
  const rows = await run(on, 50)
  for (const signer of on) {
    const lane = rows.filter((row) => row.signer === signer.toLowerCase())
    expect(lane).toHaveLength(50)
    await expectInOrder(lane)
  }
  expect((await totalEffects(evm)) - before).toBe(200n)
})
