import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { fundUsdc, tokenBalance } from '@/sandbox/evm'
import { chains } from '@/sandbox/testing/chains'
import { asset, callsOf, openShop, signFor, startGateway, type GatewayProcess } from '@/sandbox/testing/shop'
import { startUpstream, type Upstream } from '@/sandbox/upstream'
import { db, sql } from '@/lib/db'
import type { Failpoint } from '../failpoint'

// Processes of their own on one database, killed where it hurts most.

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

async function start(env: Record<string, string> = {}): Promise<GatewayProcess> {
  const allowed = {
    UPSTREAM_ALLOW: `127.0.0.1:${upstream.port}`,
    JOBS: 'in-process',
    SETTLE_DEADLINE_MS: '5000',
    ...env,
  }
  const gateway = await startGateway(allowed)
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

/** The books sum to zero, cash is what the chain says, and no reservation is left behind. */
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

const failpoints = [
  'after-claim',
  'after-upstream',
  'after-sign',
  'after-attempt-commit',
  'after-broadcast',
  'after-inclusion',
  'before-commit',
] as const satisfies readonly Failpoint[]

describe.each(['/fortune', '/before'])('a process killed while it serves %s', (path) => {
  it.each(failpoints)(
    '%s: at most one transfer, and the agent gets its answer or keeps its money',
    async (failpoint) => {
      const doomed = await start({ SLUICE_FAILPOINT: failpoint })
      const payer = await newPayer()
      const headers = await credentialFor(doomed, path, payer)
      const [before, calls] = [await balance(), await callsOf(upstream.journalUrl, '/fortune')]
      await expect(fetch(resource(doomed, path), { headers })).rejects.toThrow()
      await doomed.exited

      const next = await start()
      let last: Response | undefined
      await expect
        .poll(
          async () => {
            last = await fetch(resource(next, path), { headers })
            return last.status
          },
          { timeout: 20_000, interval: 250 },
        )
        .toSatisfy((status: number) => status === 200 || status === 402)

      const code = last?.status === 402 ? ((await last.json()) as { code: string }).code : 'answered'
      expect(['answered', 'payment-voided', 'payment-refunded']).toContain(code)
      if (code === 'payment-refunded')
        await expect.poll(() => balance(payer.address), { timeout: 15_000 }).toBe(1_000_000n)
      const moved = (await balance()) - before
      expect(moved).toBe(code === 'payment-voided' ? 0n : price)
      expect(await callsOf(upstream.journalUrl, '/fortune')).toBeLessThanOrEqual(calls + 1)
      await booksBalance()
    },
  )
})
