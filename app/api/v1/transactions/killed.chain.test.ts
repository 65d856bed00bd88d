import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { toHex } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GET as read } from './[id]/route'
import { POST } from './route'
import { createApiKey, type MemberScope } from '@/lib/auth'
import { Erc20 } from '@/lib/chains'
import { createCtx } from '@/lib/ctx'
import { db, endHeartbeat, sql } from '@/lib/db'
import { ensureSigners, submitDue, trackDue } from '@/lib/execution'
import type { Failpoint } from '@/lib/failpoint'
import type { ExecutionView } from '@/lib/intents'
import { createPolicy, listUsage } from '@/lib/policies'
import { tokenBalance, usdc } from '@/sandbox/evm'
import { bundle } from '@/sandbox/testing/bundle'
import { chains } from '@/sandbox/testing/chains'

// The process that accepts a request for a transaction is killed around the statements of its acceptance: the request leaves
// all of its rows or none, and the same request again executes once.

const network = 'eip155:84532'
const merchantId = '11111111-1111-4111-8111-111111111111'
const owner: MemberScope.MemberScope = { address: '0xaa', merchantId, operator: false, role: 'owner' }
const ctx = createCtx({ kind: 'system', id: 'test' })
const { evm } = chains()
let policyId = ''
let key = ''
let program = ''

beforeAll(async () => {
  process.env.NETWORKS = JSON.stringify({ [network]: { rpcUrls: [evm.url] } })
  await ensureSigners(ctx)
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}::uuid, 'acme', 'Acme')`)
  const noCaps = { value: '', fee: '', transactions: '' }
  const policy = await createPolicy(ctx, owner, {
    ...{ name: 'Bot', maxValue: '0.001', maxFee: '0.001', policy: { value: '1', fee: '10', transactions: '10000' } },
    ...{
      key: noCaps,
      agent: noCaps,
      urgencies: ['standard'],
      submissions: ['public'],
      finality: 'included',
      refund: 'never',
    },
    contracts: [{ network, address: usdc, label: 'USDC', selectors: 'transfer(address,uint256)' }],
  })
  policyId = policy.id
  const scopes = ['transactions:read', 'transactions:write']
  key = (await createApiKey(ctx, owner, { name: 'bot', scopes, policyId })).key
  program = await bundle(new URL('../../../../sandbox/testing/execution-process.ts', import.meta.url))
})
afterAll(endHeartbeat)

type Ask = { key: string; headers: Record<string, string>; body: object; to: `0x${string}` }

let receiver = 0

/** Two transfers to an account of their own, so that its balance counts how often they ran. */
function newAsk(idempotencyKey: string): Ask {
  const to = toHex(0xdead_0000 + ++receiver, { size: 20 })
  const calls = [3n, 4n].map((amount) => ({ to: usdc, data: Erc20.transferData(to, amount) }))
  return { key, headers: { 'idempotency-key': idempotencyKey.replaceAll(' ', '-') }, body: { network, calls }, to }
}

function start(ask: Ask, point?: string): ChildProcess {
  const env = { ...process.env, SLUICE_DEMO: '1', LOG_LEVEL: 'silent', ...(point && { SLUICE_FAILPOINT: point }) }
  return fork(program, [JSON.stringify(ask)], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
}

const post = ({ headers, body }: Ask) =>
  POST(
    new Request('http://sluice.test/api/v1/transactions', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, ...headers },
      body: JSON.stringify(body),
    }),
  )

/** How many rows of each kind the request has left. */
async function rowsOf({ headers }: Ask) {
  const [row] = await db.query(sql`
    WITH mine AS (SELECT id FROM intent WHERE idempotency_key = ${headers['idempotency-key']}),
      moves AS (SELECT id FROM transaction WHERE intent_id IN (SELECT id FROM mine))
    SELECT (SELECT count(*)::int FROM mine) AS intents, (SELECT count(*)::int FROM moves) AS transactions,
      (SELECT count(*)::int FROM budget_hold WHERE transaction_id IN (SELECT id FROM moves)) AS holds,
      (SELECT count(*)::int FROM audit_event WHERE type = 'transaction.queued' AND transaction_id IN (SELECT id FROM moves)) AS queued,
      (SELECT count(*)::int FROM audit_event
        WHERE type = 'intent.accepted' AND data ->> 'intentId' IN (SELECT id::text FROM mine)) AS accepted`)
  return row
}
const none = { intents: 0, transactions: 0, holds: 0, queued: 0, accepted: 0 }
const whole = { intents: 1, transactions: 2, holds: 2, queued: 2, accepted: 1 }

const used = async () => (await listUsage(policyId)).find(({ subject }) => subject === 'policy')?.transactions ?? 0

/** Does what the background does until both transfers of the request are in a final block. */
async function finish({ to }: Ask): Promise<bigint> {
  await expect
    .poll(
      async () => {
        await db.execute(
          sql`UPDATE transaction SET lease_until = NULL, due_at = now() WHERE status IN ('queued', 'signed', 'submitted')`,
        )
        await submitDue(ctx, 5_000)
        await trackDue(ctx, 5_000)
        await evm.rpc('evm_mine', [])
        return tokenBalance(evm, usdc, to)
      },
      { interval: 50 },
    )
    .toBe(7n)
  for (let more = 0; more < 3; more++) {
    await submitDue(ctx, 5_000)
    await trackDue(ctx, 5_000)
    await evm.rpc('evm_mine', [])
  }
  return tokenBalance(evm, usdc, to)
}

/** The request waits in the database for another one with its key. */
const untilBlocked = () =>
  expect
    .poll(
      async () =>
        (
          await db.query(sql`
            SELECT 1 FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%INTO intent%'`)
        ).length,
      { interval: 20 },
    )
    .toBe(1)

describe('a request whose process dies', () => {
  it.each<[Failpoint, object, number]>([
    ['after-intent', none, 202],
    ['before-commit', none, 202],
    ['after-commit', whole, 200],
  ])('%s leaves all rows or none, and executes once when it is sent again', async (point, left, status) => {
    const ask = newAsk(`dies ${point}`)
    const before = await used()
    const dying = start(ask, point)
    expect(await once(dying, 'exit')).toEqual([null, 'SIGKILL'])
    expect(await rowsOf(ask)).toEqual(left)
    expect(await used()).toBe(before + (left === whole ? 2 : 0))
    const answered = await post(ask)
    expect(answered.status).toBe(status)
    const { id } = (await answered.json()) as ExecutionView.ExecutionView
    expect(await finish(ask)).toBe(7n)
    expect(await rowsOf(ask)).toEqual(whole)
    const request = new Request('http://sluice.test', { headers: { authorization: `Bearer ${key}` } })
    expect((await read(request, { params: Promise.resolve({ id }) })).status).toBe(200)
  })
})

describe('the same request at the same moment in two processes', () => {
  it('is one intent: the second waits for the first to commit and gets its transactions', async () => {
    const ask = newAsk('two at once')
    const before = await used()
    const first = start(ask, 'before-commit stop')
    const answer = once(first, 'message') as Promise<[{ status: number; body: ExecutionView.ExecutionView }]>
    await expect.poll(() => isStopped(first), { interval: 20 }).toBe(true)
    const second = post(ask)
    await untilBlocked()
    first.kill('SIGCONT')
    const [accepted] = await answer
    expect([accepted.status, (await second).status]).toEqual([202, 200])
    expect((await (await second).json()) as object).toMatchObject({ id: accepted.body.id })
    expect(await rowsOf(ask)).toEqual(whole)
    expect(await used()).toBe(before + 2)
    expect(await finish(ask)).toBe(7n)
  })

  it('is accepted by the second if the first dies before its commit', async () => {
    const ask = newAsk('one of two dies')
    const before = await used()
    const first = start(ask, 'before-commit stop')
    await expect.poll(() => isStopped(first), { interval: 20 }).toBe(true)
    const second = post(ask)
    await untilBlocked()
    first.kill('SIGKILL')
    expect((await second).status).toBe(202)
    expect(await rowsOf(ask)).toEqual(whole)
    expect(await used()).toBe(before + 2)
    expect(await finish(ask)).toBe(7n)
  })
})

/** T: stopped (proc(5)). */
async function isStopped({ pid }: ChildProcess): Promise<boolean> {
  return (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.startsWith('T') === true
}
