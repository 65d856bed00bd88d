import { randomUUID } from 'node:crypto'
import { parseGwei } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createCtx } from '@/lib/ctx'
import { Erc20, readAgreed, sendRaw } from '@/lib/chains'
import { db, endHeartbeat, sql, withTransaction } from '@/lib/db'
import { fundGas, usdc } from '@/sandbox/evm'
import { startChainProxy, type ChainProxy } from '@/sandbox/testing/chain-proxy'
import { chains } from '@/sandbox/testing/chains'
import { awaitOutcome } from '../track/await-outcome'
import { enqueueTransaction } from '../enqueue-transaction'
import { ensureSigners } from '../signers/ensure-signers'
import { listBaseFees } from './list-base-fees'
import { listEndpoints } from './list-endpoints'
import { reportEndpoints } from './report-endpoints'
import { sampleBaseFee } from './sample-base-fee'
import { submitNow } from '../submit/submit-now'

const network = 'eip155:84532'
const ctx = createCtx({ kind: 'system', id: 'test' })
const operator = { operator: true, merchantId: randomUUID() }
const { evm } = chains()
const sender = privateKeyToAccount(generatePrivateKey())

let proxies: [ChainProxy, ChainProxy]

beforeAll(async () => {
  proxies = [await startChainProxy(evm.url), await startChainProxy(evm.url)]
  process.env.NETWORKS = JSON.stringify({ [network]: { rpcUrls: proxies.map(({ url }) => `${url}/secret`) } })
  await fundGas(evm, sender.address, 10n ** 18n)
  await ensureSigners(ctx)
})
afterAll(async () => {
  await endHeartbeat()
  for (const proxy of proxies) await proxy.stop()
})

const sign = (nonce: number) =>
  sender.signTransaction({
    chainId: 84_532,
    nonce,
    to: sender.address,
    gas: 21_000n,
    maxFeePerGas: parseGwei('100'),
    maxPriorityFeePerGas: parseGwei('1'),
  })
const sent = (proxy: ChainProxy, bytes: string) =>
  proxy.calls.filter(({ method, params }) => method === 'eth_sendRawTransaction' && params[0] === bytes).length

it('sends the same bytes to two endpoints, and lands them once', async () => {
  const bytes = await sign(0)
  expect(['accepted', 'known']).toContain((await sendRaw(network, bytes)).kind)
  await expect.poll(() => proxies.map((proxy) => sent(proxy, bytes))).toEqual([1, 1])
  expect(await readAgreed(network, 'eth_getTransactionCount', [sender.address, 'latest'])).toBe('0x1')
})

it('lands them by the second when the first swallows them', async () => {
  proxies[0].fault = ({ method }) => (method === 'eth_sendRawTransaction' ? 'swallow' : 'forward')
  expect(await sendRaw(network, await sign(1))).toMatchObject({ kind: 'accepted' })
  proxies[0].fault = () => 'forward'
  expect(await readAgreed(network, 'eth_getTransactionCount', [sender.address, 'latest'])).toBe('0x2')
})

it('tells how every endpoint does, over all living processes', async () => {
  const dead = randomUUID()
  await reportEndpoints()
  await db.execute(sql`
    INSERT INTO rpc_health (network, endpoint, process_id, state, latency_ms, error_rate, calls, errors, refusals)
    SELECT network, endpoint, ${dead}::uuid, 'open', 1, 1, 1000000, 1000000, 0 FROM rpc_health LIMIT 1`)
  const [view] = await listEndpoints()
  const ports = proxies.map(({ url }) => new URL(url).host)
  expect(view?.endpoints.map(({ host, state, lag }) => ({ host, state, lag }))).toEqual(
    ports.map((host) => ({ host, state: 'closed', lag: 0 })),
  )
  expect(BigInt(view?.head ?? 0)).toBeGreaterThan(0n)
  expect(view?.headAt).not.toBeNull()
  expect(view?.endpoints[0]?.errors).toBe('1')
  expect(JSON.stringify(view)).not.toContain('secret')
  await reportEndpoints()
  expect(await db.query(sql`SELECT 1 FROM rpc_health WHERE process_id = ${dead}::uuid`)).toEqual([])
})

it('notes base fees, one in ten seconds, with our transactions beside them', async () => {
  expect([await sampleBaseFee(), await sampleBaseFee()]).toEqual([1, 0])
  await db.execute(sql`UPDATE base_fee SET at = at - interval '11 s'`)
  await evm.rpc('evm_mine', [])
  await db.execute(sql`
    INSERT INTO base_fee (network, block_number, base_fee_per_gas, at) VALUES (${network}, 0, 7, now() - interval '25 h')`)
  const data = Erc20.transferData(sender.address, 1n)
  const { id } = await withTransaction((tx) =>
    enqueueTransaction(tx, ctx, { kind: 'call', network, purpose: 'settlement', to: usdc, data, value: 0n }),
  )
  await submitNow(ctx, id)
  const outcome = await awaitOutcome(id, 10_000)
  expect(await sampleBaseFee()).toBe(1)
  const [fees] = await listBaseFees(operator)
  expect(fees?.samples).toHaveLength(2)
  expect(BigInt(fees?.samples[0]?.weiPerGas ?? 0)).toBeGreaterThan(7n)
  expect(fees?.transactions).toEqual([
    expect.objectContaining({ id, ok: true, weiPerGas: expect.stringMatching(/^[1-9]\d+$/) as string }),
  ])
  expect(outcome).toBeDefined()
  // A merchant sees those that are about its own sales.
  expect((await listBaseFees({ operator: false, merchantId: randomUUID() }))[0]?.transactions).toEqual([])
})
