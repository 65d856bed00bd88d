import { toHex, type Address, type Hex } from 'viem'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { createCtx } from '@/lib/ctx'
import { Erc20, type Call } from '@/lib/chains'
import { db, endHeartbeat, sql, withTransaction } from '@/lib/db'
import { enqueueTransaction, ensureSigners, trackDue } from '@/lib/execution'
import { tokenBalance, usdc } from '../evm'
import { tempoNetwork } from '../tempo'
import { startChainProxy, type ChainProxy } from './chain-proxy'
import { chains } from './chains'

// What the tests of execution share: a faulty RPC in front of each chain, and looks into the rows.

export const network = 'eip155:84532'
export const ctx = createCtx({ kind: 'system', id: 'test' })
export const { evm, tempo } = chains()
export let proxy: ChainProxy
export let tempoProxy: ChainProxy
/** The private endpoint of the EVM chain. */
export let relay: ChainProxy

/** Puts the three proxies in front of the chains of this test file. Call it once, before the file's own hooks. */
export function setUpExecution(): void {
  beforeAll(async () => {
    proxy = await startChainProxy(evm.url)
    tempoProxy = await startChainProxy(tempo.url)
    relay = await startChainProxy(evm.url)
    process.env.NETWORKS = JSON.stringify({
      [network]: { rpcUrls: [proxy.url], privateRpcUrl: relay.url },
      [tempoNetwork]: { rpcUrls: [tempoProxy.url] },
    })
    await ensureSigners(ctx)
  })
  beforeEach(() => {
    proxy.calls.length = 0
    relay.calls.length = 0
  })
  afterEach(async () => {
    proxy.fault = () => 'forward'
    tempoProxy.fault = () => 'forward'
    relay.fault = () => 'forward'
    await evm.rpc('evm_setAutomine', [true])
  })
  afterAll(async () => {
    await endHeartbeat()
    await proxy.stop()
    await tempoProxy.stop()
    await relay.stop()
  })
}

let recipient = 0

/** A transfer of our own tokens to an account of its own, so that its balance counts how often it ran. */
export function transfer(
  amountBase = 5n,
  purpose: 'settlement' | 'refund' | 'execution' = 'settlement',
): { call: Call; to: Address } {
  const to = toHex(0xabcd_0000 + ++recipient, { size: 20 })
  const data = Erc20.transferData(to, amountBase)
  return { to, call: { kind: 'call', network, purpose, to: usdc, data, value: 0n } }
}

export const enqueue = async (call: Call) => (await withTransaction((tx) => enqueueTransaction(tx, ctx, call))).id

export type Row = {
  status: string
  nonce: bigint | null
  hash: Hex | null
  error: string | null
  heldReason: string | null
  epoch: number
  attempts: { hash: Hex; raw: Buffer; seq: number; answer: string | null; broadcasts: number }[]
  events: string[]
}

export async function look(id: string): Promise<Row> {
  const [row] = await db.query<Omit<Row, 'attempts' | 'events'>>(
    sql`SELECT status, nonce, hash, error, held_reason AS "heldReason", epoch FROM transaction WHERE id = ${id}::uuid`,
  )
  if (!row) throw new Error('no such transaction')
  const attempts = await db.query<Row['attempts'][number]>(
    sql`SELECT hash, raw, seq, answer, broadcasts FROM attempt WHERE transaction_id = ${id}::uuid ORDER BY seq`,
  )
  const events = await db.query<{ type: string }>(
    sql`SELECT type FROM audit_event WHERE transaction_id = ${id}::uuid ORDER BY seq`,
  )
  return { ...row, attempts, events: events.map(({ type }) => type.replace('transaction.', '')) }
}

/** Lets every lease and delay run out, as time would. */
export const skipTime = (id: string) =>
  db.execute(sql`UPDATE transaction SET lease_until = now() - interval '1 s', due_at = now() WHERE id = ${id}::uuid`)

/** Lets attempts age by this many seconds. */
export const age = (id: string, seconds: number) =>
  db.execute(sql`
    UPDATE attempt SET signed_at = signed_at - make_interval(secs => ${seconds}),
      last_broadcast_at = last_broadcast_at - make_interval(secs => ${seconds})
    WHERE transaction_id = ${id}::uuid`)

export async function track(id: string): Promise<Row> {
  await skipTime(id)
  await trackDue(ctx, 2_000)
  return look(id)
}

export async function trackUntil(id: string, status: string): Promise<Row> {
  for (let tries = 0; tries < 500; tries++) {
    const row = await track(id)
    if (row.status === status) return row
    await evm.rpc('evm_mine', [])
  }
  throw new Error(`${id} is ${(await look(id)).status}, not ${status}`)
}

export const sends = () => proxy.calls.filter(({ method }) => method === 'eth_sendRawTransaction')
export const balance = (to: Address) => tokenBalance(evm, usdc, to)
export const nextNonce = async () => {
  const [row] = await db.query<{ next: bigint }>(
    sql`SELECT next_nonce AS next FROM signer WHERE network = ${network} AND purpose = 'settlement'`,
  )
  return row?.next
}
