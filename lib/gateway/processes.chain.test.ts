import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { fundUsdc, tokenBalance } from '@/sandbox/evm'
import { chains } from '@/sandbox/testing/chains'
import { asset, callsOf, openShop, signFor, startGateway, type GatewayProcess } from '@/sandbox/testing/shop-fixture'
import { startUpstream, type Upstream } from '@/sandbox/upstream'
import { db, sql } from '@/lib/db'
import { ensureSigners } from '@/lib/execution'
import { createCtx } from '../ctx'
import type { Failpoint } from '../failpoint'

// Separate processes on one database, killed at the worst points.

const payTo = privateKeyToAccount(generatePrivateKey()).address
const price = 10_000n
let upstream: Upstream
const running: GatewayProcess[] = []

beforeAll(async () => {
  upstream = await startUpstream({})
  await openShop(upstream.baseUrl, payTo)
})
afterEach(async () => {
  for (const gateway of running.splice(0)) await gateway.stop()
})
afterAll(() => upstream.stop())

const allowed = () => ({
  UPSTREAM_ALLOW: `127.0.0.1:${upstream.port}`,
  JOBS: 'in-process',
  SETTLE_DEADLINE_MS: '10000',
})

async function start(env: Record<string, string> = {}): Promise<GatewayProcess> {
  const gateway = await startGateway({ ...allowed(), ...env })
  running.push(gateway)
  return gateway
}

async function newPayer(): Promise<PrivateKeyAccount> {
  const payer = privateKeyToAccount(generatePrivateKey())
  await fundUsdc(chains().evm, payer.address, 1_000_000n)
  return payer
}

const balance = (of: string = payTo) => tokenBalance(chains().evm, asset, of as `0x${string}`)
const resource = ({ url }: GatewayProcess, path: string) => `${url}/gateway/acme${path}`
const credentialFor = async (gateway: GatewayProcess, path: string, payer: PrivateKeyAccount) => ({
  'payment-signature': await signFor(await fetch(resource(gateway, path)), payer),
})

/** The ledger sums to zero, its cash is the balance on chain, and no reservation is left. */
async function booksBalance(): Promise<void> {
  const [row] = await db.query<{ cash: bigint; sum: bigint; open: bigint }>(sql`
    SELECT coalesce(sum(amount), 0) AS sum, coalesce(sum(amount) FILTER (WHERE account = ${`cash:${payTo.toLowerCase()}`}), 0) AS cash,
      (SELECT coalesce(sum(reserved_base), 0) FROM exposure) AS open
    FROM ledger_line`)
  expect(row).toEqual({ sum: 0n, cash: await balance(), open: 0n })
}

describe('two processes on one database', () => {
  it('serve two hundred identical paid requests once', async () => {
    const gateways = await Promise.all([start(), start()])
    const payer = await newPayer()
    const [first] = gateways
    const headers = await credentialFor(first as GatewayProcess, '/fortune', payer)
    const [before, calls] = [await balance(), await callsOf(upstream.journalUrl, '/fortune')]
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        fetch(resource(gateways[index % 2] as GatewayProcess, '/fortune'), { headers }),
      ),
    )
    const paid = answers.filter((answer) => answer.status < 300)
    expect(answers.filter((answer) => answer.status >= 500)).toEqual([])
    expect(paid.length).toBeGreaterThan(0)
    expect(new Set(paid.map((answer) => answer.headers.get('payment-response'))).size).toBe(1)
    expect(new Set(await Promise.all(paid.map((answer) => answer.text()))).size).toBe(1)
    expect(await balance()).toBe(before + price)
    expect(await callsOf(upstream.journalUrl, '/fortune')).toBe(calls + 1)
    await booksBalance()
  })
})

// Three are killed at a time. The one with a stored, unsent nonce comes last: the lane waits until it is sent.
const failpoints = [
  'after-claim',
  'after-upstream',
  'after-sign',
  'after-broadcast',
  'after-inclusion',
  'before-commit',
  'after-commit',
  'after-attempt-commit',
] as const satisfies readonly Failpoint[]

describe.each(['/fortune', '/before'])('a process that is killed while it serves %s', (path) => {
  type Case = { payer: PrivateKeyAccount; target: string; headers: Record<string, string> }
  const cases = new Map<Failpoint, Case>()
  let next: GatewayProcess | undefined

  // Each process dies at its own point with its own payment; then one new process finds all of them.
  beforeAll(async () => {
    const payers = new Map<Failpoint, PrivateKeyAccount>()
    for (const failpoint of failpoints) payers.set(failpoint, await newPayer())
    const kill = async (failpoint: Failpoint) => {
      const doomed = await start({ SLUICE_FAILPOINT: failpoint, JOBS: 'off' })
      const payer = payers.get(failpoint) as PrivateKeyAccount
      const target = `${path}?killed=${failpoint}`
      const headers = await credentialFor(doomed, target, payer)
      cases.set(failpoint, { payer, target, headers })
      await expect(fetch(resource(doomed, target), { headers })).rejects.toThrow()
      await doomed.exited
    }
    await ensureSigners(createCtx({ kind: 'system', id: 'test' }))
    for (let at = 0; at < failpoints.length; at += 3) await Promise.all(failpoints.slice(at, at + 3).map(kill))
    next = await startGateway(allowed())
  })
  afterAll(() => next?.stop())

  it.each(failpoints)(
    '%s: at most one transfer, and the agent gets its answer or keeps its money',
    async (failpoint) => {
      const { payer, target, headers } = cases.get(failpoint) as Case
      let last: Response | undefined
      const ask = async () => {
        last = await fetch(resource(next as GatewayProcess, target), { headers })
        return last.status
      }
      await expect.poll(ask, { interval: 250 }).toSatisfy((status: number) => status === 200 || status === 402)
      const code = last?.status === 402 ? ((await last.json()) as { code: string }).code : 'answered'
      expect(['answered', 'payment-voided', 'payment-refunded']).toContain(code)
      const left = code === 'answered' ? 1_000_000n - price : 1_000_000n
      await expect.poll(() => balance(payer.address)).toBe(left)
      const calls = await callsOf(upstream.journalUrl, '/fortune', `killed=${failpoint}`)
      expect(calls).toBeLessThanOrEqual(path === '/fortune' ? 1 : 2)
      if (code === 'answered') expect(calls).toBeGreaterThanOrEqual(1)
    },
  )

  it('leaves books that balance', booksBalance)
})

describe('without any worker', () => {
  it('a payment behind a nonce that a killed process signed but never sent is still settled', async () => {
    const [doomed, living] = await Promise.all([
      start({ JOBS: 'off', SLUICE_FAILPOINT: 'after-attempt-commit' }),
      start({ JOBS: 'off', SETTLE_DEADLINE_MS: '25000' }),
    ])
    await ensureSigners(createCtx({ kind: 'system', id: 'test' }))
    const [dead, payer] = [await newPayer(), await newPayer()]
    const headers = await credentialFor(living, '/fortune?behind=1', payer)
    const lost = await credentialFor(doomed, '/fortune?killed=signed', dead)
    await expect(fetch(resource(doomed, '/fortune?killed=signed'), { headers: lost })).rejects.toThrow()
    await doomed.exited
    const left = await db.query(sql`SELECT 1 FROM transaction WHERE status = 'signed'`)
    expect(left).toHaveLength(1)
    const answer = await fetch(resource(living, '/fortune?behind=1'), { headers })
    expect(answer.status).toBe(200)
    expect(await balance(payer.address)).toBe(1_000_000n - price)
    expect(await db.query(sql`SELECT 1 FROM transaction WHERE status = 'signed'`)).toEqual([])
  })
})
