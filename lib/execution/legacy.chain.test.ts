import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseTransaction, toHex } from 'viem'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createCtx } from '@/lib/ctx'
import { signerFor, type Call } from '@/lib/chains'
import { db, endHeartbeat, sql, withTransaction } from '@/lib/db'
import { startAnvil, type Anvil } from '@/sandbox/anvil'
import { cancelTransaction, enqueueTransaction, submitNow, trackDue } from './index'
import * as Fee from './Fee'

// A network whose blocks have no base fee, under the id of one that the registry knows.

const network = 'eip155:137'
const ctx = createCtx({ kind: 'system', id: 'test' })
const to = '0x00000000000000000000000000000000000abcde'
const gwei = 1_000_000_000n
let chain: Anvil
let dir: string

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'sluice-legacy-'))
  const args = ['--hardfork', 'berlin', '--no-mining', '--gas-price', '1000000000']
  chain = await startAnvil({ name: 'a legacy chain', chainId: 137, args, logFile: path.join(dir, 'log') })
  process.env.NETWORKS = JSON.stringify({ [network]: { rpcUrls: [chain.url] } })
})
afterAll(async () => {
  await endHeartbeat()
  await chain.stop()
  await rm(dir, { recursive: true, force: true })
})

async function send() {
  const call: Call = { kind: 'call', network, purpose: 'settlement', to, data: '0x', value: 7n }
  const { id } = await withTransaction((tx) => enqueueTransaction(tx, ctx, call))
  await submitNow(ctx, id)
  return id
}

async function attempts(id: string) {
  const rows = await db.query<{ raw: Buffer }>(
    sql`SELECT raw FROM attempt WHERE transaction_id = ${id}::uuid ORDER BY seq`,
  )
  return rows.map(({ raw }) => parseTransaction(toHex(raw)))
}

async function trackUntil(id: string, wanted: string) {
  for (let tries = 0; tries < 500; tries++) {
    await db.execute(sql`UPDATE transaction SET due_at = now(), lease_until = NULL WHERE id = ${id}::uuid`)
    await trackDue(ctx, 2_000)
    const [row] = await db.query<{ status: string }>(sql`SELECT status FROM transaction WHERE id = ${id}::uuid`)
    if (row?.status === wanted) return
    await chain.rpc('evm_mine', [])
  }
  throw new Error(`${id} is not ${wanted}`)
}

it('is paid by one price, in transactions of type 0 that name their chain, and replaced by dearer ones', async () => {
  const id = await send()
  expect(await attempts(id)).toMatchObject([{ type: 'legacy', chainId: 137, gasPrice: (gwei * 11n) / 10n, value: 7n }])
  await db.execute(sql`UPDATE attempt SET signed_at = now() - interval '1 h' WHERE transaction_id = ${id}::uuid`)
  await db.execute(sql`UPDATE transaction SET due_at = now() WHERE id = ${id}::uuid`)
  await trackDue(ctx, 2_000)
  const [first, second] = await attempts(id)
  expect(second).toMatchObject({ type: 'legacy', nonce: first?.nonce })
  expect(second?.gasPrice).toBe(Fee.bump(first?.gasPrice ?? 0n))
  await trackUntil(id, 'final')
  expect(BigInt(await chain.rpc<string>('eth_getBalance', [to, 'latest']))).toBe(7n)
})

it('cancels with the same type', async () => {
  const id = await send()
  await cancelTransaction(ctx, { id, reason: 'No longer wanted.' })
  await trackDue(ctx, 2_000)
  const [, cancel] = await attempts(id)
  expect(cancel).toMatchObject({ type: 'legacy', to: signerFor(network, 'settlement')?.address })
  await trackUntil(id, 'cancelled')
  expect(BigInt(await chain.rpc<string>('eth_getBalance', [to, 'latest']))).toBe(7n)
})
