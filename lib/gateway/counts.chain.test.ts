import { Mppx, tempo } from 'mppx/client'
import { createClient, http } from 'viem'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { tempoLocalnet } from 'viem/chains'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { endHeartbeat } from '@/lib/db'
import { ensureSigners } from '@/lib/execution'
import { closeResourceCache } from '@/lib/merchants'
import { evmNetwork, fundUsdc } from '@/sandbox/evm'
import { fundPathUsd, tempoNetwork } from '@/sandbox/tempo'
import { startChainProxy, type ChainProxy } from '@/sandbox/testing/chain-proxy'
import { chains } from '@/sandbox/testing/chains'
import { countStatements } from '@/sandbox/testing/count-work'
import { openShop, signFor } from '@/sandbox/testing/shop-fixture'
import { startUpstream, type Upstream } from '@/sandbox/upstream'
import { createCtx } from '../ctx'
import { handle } from '.'

// The most database statements and chain calls that a paid request may make, so that growth is noticed.

const payTo = privateKeyToAccount(generatePrivateKey()).address
let upstream: Upstream
let evm: ChainProxy
let tempoChain: ChainProxy

beforeAll(async () => {
  upstream = await startUpstream({})
  evm = await startChainProxy(chains().evm.url)
  tempoChain = await startChainProxy(chains().tempo.url)
  process.env.UPSTREAM_ALLOW = `127.0.0.1:${upstream.port}`
  process.env.SETTLE_DEADLINE_MS = '25000'
  process.env.NETWORKS = JSON.stringify({
    [evmNetwork]: { rpcUrls: [evm.url] },
    [tempoNetwork]: { rpcUrls: [tempoChain.url] },
  })
  await openShop(upstream.baseUrl, payTo)
  await ensureSigners(createCtx({ kind: 'system', id: 'test' }))
})
afterAll(async () => {
  await Promise.all([closeResourceCache(), endHeartbeat()])
  await Promise.all([upstream.stop(), evm.stop(), tempoChain.stop()])
})

const ask: typeof fetch = (input, init) => handle(new Request(input, init))
const url = 'http://sluice.test/gateway/acme/fortune'

async function newPayer(): Promise<PrivateKeyAccount> {
  const payer = privateKeyToAccount(generatePrivateKey())
  await fundUsdc(chains().evm, payer.address, 1_000_000n)
  return payer
}

async function pay(headers: HeadersInit): Promise<void> {
  const answer = await ask(url, { headers })
  expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)])
}

/**
 * The statements of a payment, in order: its resource, how its payer settles, the claim, the signed rows, the booked
 * rows.
 */
const expectedStatements = [
  / AS claims\(claim_key, challenge_key, at\), LATERAL/,
  / AS asked\(payer, at\)/,
  /^WITH claimed AS \(/,
  / unsettled AS .* stored AS \( INSERT INTO attempt/,
  /^WITH waiting AS .* closed AS \( UPDATE settlement_batch .* ran AS \( UPDATE transaction/,
].map((pattern) => expect.stringMatching(pattern) as string)

type Work = { statements: string[]; calls: string[] }

async function count(proxy: ChainProxy, work: () => Promise<unknown>): Promise<Work> {
  proxy.calls.length = 0
  const statements = await countStatements(work)
  return { statements: statements.filter((text) => !isByTime.test(text)), calls: callsOf(proxy) }
}

/** Reads that happen at intervals, and a node's answer when inclusion was not immediate. */
const isByTime =
  /challenge_count|facilitator_route|FROM payer_note|FROM payer_gate|^NOTIFY|^WITH together .*answered AS/

/** Receipt polls after the first happen at intervals, and so do reads of fees and of the signer's gas. */
function callsOf({ calls }: ChainProxy): string[] {
  const methods = calls.map(({ method }) => method)
  const once = methods.filter((method, at) => method !== 'eth_getTransactionReceipt' || methods.indexOf(method) === at)
  return once.filter((method) => method !== 'eth_feeHistory' && method !== 'eth_getBalance')
}

const credentialOf = async (payer: PrivateKeyAccount) => ({
  'payment-signature': await signFor(await ask(url), payer),
})

it('one alone: the earlier claim, the payer’s settlement order, the claim, the signed rows, the booked rows', async () => {
  const payer = await newPayer()
  // The first payment fills the caches.
  await pay(await credentialOf(payer))
  const headers = await credentialOf(payer)
  // A transfer that was just checked is not simulated again: the test's clock does not move.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  const { statements, calls } = await count(evm, () => pay(headers)).finally(() => vi.useRealTimers())
  expect(statements).toEqual(expectedStatements)
  // A transfer that was checked before the work is simulated after it.
  expect(calls).toEqual([
    'eth_call',
    'eth_call',
    'eth_simulateV1',
    'eth_sendRawTransaction',
    'eth_getTransactionReceipt',
  ])
})

it('sixteen at once: three each, and two to ten for each transaction that carries several', async () => {
  const payers: PrivateKeyAccount[] = []
  while (payers.length < 16) payers.push(await newPayer())
  const all = await Promise.all(payers.map(credentialOf))
  const { statements, calls } = await count(evm, () => Promise.all(all.map(pay)))
  const sent = calls.filter((method) => method === 'eth_sendRawTransaction').length
  expect(sent).toBeLessThanOrEqual(8)
  // A transaction that takes a nonce at the same time as another one of this process locks the lane: five more, and a
  // signature.
  expect(statements.length).toBeLessThanOrEqual(3 * 16 + 10 * sent)
  expect(calls.filter((method) => method === 'eth_simulateV1').length).toBeLessThanOrEqual(sent)
})

it('a charge of MPP on Tempo: the same five, its start and its delivery', async () => {
  const payer = privateKeyToAccount(generatePrivateKey())
  await fundPathUsd(chains().tempo, payer.address, 10_000_000n)
  const client = createClient({ account: payer, chain: tempoLocalnet, transport: http(chains().tempo.url) })
  const methods = [tempo.charge({ account: payer, getClient: () => client })]
  const agent = Mppx.create({ polyfill: false, fetch: ask, methods })
  const buy = async () => expect((await agent.fetch(url)).status).toBe(200)
  await buy()
  const { statements, calls } = await count(tempoChain, buy)
  expect(statements).toEqual([
    ...expectedStatements,
    expect.stringMatching(/^UPDATE payment SET upstream_started_at/),
    expect.stringMatching(/^WITH due AS .* delivered AS \( UPDATE payment/),
  ])
  expect(calls).toEqual(['eth_call', 'eth_call', 'eth_sendRawTransaction', 'eth_getTransactionReceipt'])
})
