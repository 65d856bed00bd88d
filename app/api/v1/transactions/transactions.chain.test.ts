import { toHex } from 'viem'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { POST as cancel } from './[id]/cancel/route'
import { GET as events } from './[id]/events/route'
import { GET as read } from './[id]/route'
import { POST as speedUp } from './[id]/speed-up/route'
import { GET as list, POST as ask } from './route'
import { POST as simulate } from './simulate/route'
import { createApiKey, revokeApiKey, type MemberScope } from '@/lib/auth'
import { Erc20, signersFor } from '@/lib/chains'
import { createCtx } from '@/lib/ctx'
import { db, endHeartbeat, sql } from '@/lib/db'
import { ensureSigners, submitDue, trackDue } from '@/lib/execution'
import { openApi, settleBudgets, type ExecutionView } from '@/lib/intents'
import { archivePolicy, createPolicy, listUsage, updatePolicy, type ExecutionPolicyDraft } from '@/lib/policies'
import { tokenBalance, usdc } from '@/sandbox/evm'
import { tempoNetwork } from '@/sandbox/tempo'
import { startChainProxy, type ChainProxy } from '@/sandbox/testing/chain-proxy'
import { chains } from '@/sandbox/testing/chains'
import { unsampledFields } from '@/sandbox/testing/event-samples'

const network = 'eip155:84532'
const merchantId = '11111111-1111-4111-8111-111111111111'
const otherId = '22222222-2222-4222-8222-222222222222'
const owner: MemberScope.MemberScope = { address: '0xaa', merchantId, operator: false, role: 'owner' }
const ctx = createCtx({ kind: 'member', id: owner.address })
const { evm, tempo } = chains()
let proxy: ChainProxy

const input: ExecutionPolicyDraft.ExecutionPolicyInput = {
  name: 'Bot',
  contracts: [
    { network, address: usdc, label: 'USDC', selectors: 'transfer(address,uint256)' },
    { network, address: `0x${'cd'.repeat(20)}`, label: 'Treasury', selectors: '0x' },
  ],
  maxValue: '0.001',
  maxFee: '0.001',
  policy: { value: '0.01', fee: '10', transactions: '10000' },
  key: { value: '', fee: '', transactions: '' },
  agent: { value: '', fee: '', transactions: '' },
  urgencies: ['slow', 'standard', 'fast', 'urgent'],
  submissions: ['public'],
  finality: 'included',
  refund: 'never',
}

let policyId = ''
let key = ''
let reading = ''

beforeAll(async () => {
  proxy = await startChainProxy(evm.url)
  process.env.NETWORKS = JSON.stringify({
    [network]: { rpcUrls: [proxy.url] },
    [tempoNetwork]: { rpcUrls: [tempo.url] },
  })
  await ensureSigners(ctx)
  await db.execute(sql`
    INSERT INTO merchant (id, slug, name) VALUES (${merchantId}::uuid, 'acme', 'Acme'), (${otherId}::uuid, 'other', 'Other')`)
  policyId = (await createPolicy(ctx, owner, input)).id
  key = await makeKey(['transactions:read', 'transactions:write'])
  reading = await makeKey(['transactions:read'])
})
afterEach(() => evm.rpc('evm_setAutomine', [true]))
afterAll(async () => {
  await endHeartbeat()
  await proxy.stop()
})

async function makeKey(scopes: string[], scope = owner, policy: string | null = policyId): Promise<string> {
  return (await createApiKey(ctx, scope, { name: 'bot', scopes, policyId: policy })).key
}

type Options = { key?: string; headers?: Record<string, string>; body?: unknown; query?: string; signal?: AbortSignal }

function request({ key: using = key, headers, body, query = '', signal }: Options = {}): Request {
  return new Request(`http://sluice.test/api/v1/transactions${query}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...(using && { authorization: `Bearer ${using}` }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  })
}

const of = (id: string) => ({ params: Promise.resolve({ id }) })
const post = (id: string, using = key) => [request({ key: using, body: {} }), of(id)] as const

type Problem = { code: string; detail: string; errors?: { field: string }[]; [member: string]: unknown }

async function json<Value = ExecutionView.ExecutionView>(response: Response, status: number): Promise<Value> {
  const body = (await response.json()) as Value
  expect([response.status, body]).toEqual([status, body])
  return body
}
const problem = async (response: Response | Promise<Response>, status: number) => {
  const answered = await response
  expect(answered.headers.get('content-type')).toBe('application/problem+json')
  return json<Problem>(answered, status)
}

let receiver = 0

/** A transfer of the signer's tokens to an account of its own, so that its balance counts how often it ran. */
function transfer(amountBase = 5n) {
  const to = toHex(0xbeef_0000 + ++receiver, { size: 20 })
  return { to, call: { to: usdc, data: Erc20.transferData(to, amountBase) }, paid: () => tokenBalance(evm, usdc, to) }
}

const look = async (id: string) => json(await read(request(), of(id)), 200)

/** Does what the background does, and mines, until the transaction is as wanted. */
async function until(id: string, wanted: (view: ExecutionView.ExecutionView) => boolean, mines = true) {
  for (let tries = 0; tries < 1_000; tries++) {
    await submitDue(ctx, 1_000)
    await trackDue(ctx, 1_000)
    const view = await look(id)
    if (wanted(view)) return view
    if (mines) await evm.rpc('evm_mine', [])
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`it stays as it is: ${JSON.stringify(await look(id))}`)
}

/** A slow machine keeps some waiting until they get a 503: they ask again, as it says. */
async function insist(asking: () => Promise<Response>): Promise<Response> {
  const response = await asking()
  return response.status === 503 ? insist(asking) : response
}

const isIn =
  (...statuses: string[]) =>
  (view: ExecutionView.ExecutionView) =>
    statuses.includes(view.status)

describe('POST /api/v1/transactions', () => {
  it('carries one call from the request to its final block, and gives unused budget back', async () => {
    const { call, paid } = transfer(7n)
    const answered = await ask(
      request({ body: { network, ...call, idempotencyKey: 'first', maxFee: '900000000000000' } }),
    )
    expect(answered.headers.get('location')).toMatch(/\/api\/v1\/transactions\/[0-9a-f-]{36}$/)
    const accepted = await json(answered, 202)
    expect(accepted).toMatchObject({
      network,
      to: usdc.toLowerCase(),
      value: '0',
      maxFee: '900000000000000',
      attempts: expect.any(Array),
    })
    expect(accepted.intent).toMatchObject({ idempotencyKey: 'first', finality: 'included', policy: { id: policyId } })
    expect(accepted.accepted).toMatchObject({ ok: true })
    const done = await until(accepted.id, isIn('final'))
    expect(done).toMatchObject({ outcome: 'succeeded', ended: true, error: null })
    const described = describedTransaction()
    // Every member is described, and every one that is described is there.
    expect(Object.keys(done)).toEqual(Object.keys(described.properties))
    expect(Object.keys(done.intent ?? {})).toEqual(Object.keys(described.properties.intent.properties))
    expect(Object.keys(done.attempts[0] ?? {})).toEqual(Object.keys(described.properties.attempts.items.properties))
    expect(await paid()).toBe(7n)
    expect(BigInt(done.fee ?? 0)).toBe(BigInt(done.gasUsed ?? 0) * BigInt(done.gasPrice ?? 0))
    await settleBudgets(ctx)
    const [whole] = await listUsage(policyId)
    expect(whole).toMatchObject({ subject: 'policy', feeWei: done.fee, transactions: 1 })
    expect((await listed('?idempotencyKey=first')).map(({ id }) => id)).toEqual([accepted.id])
    expect(await listed('?status=final&size=25')).toHaveLength(1)
    expect(await listed('?status=failed')).toEqual([])
  })

  it('makes one intent of 100 identical requests at once, and answers 409 to another body', async () => {
    const { call, paid } = transfer()
    const headers = { 'idempotency-key': 'hundred' }
    // The same request in two spellings.
    const bodies = [
      { network, ...call },
      { ...call, data: call.data.toUpperCase().replace('0X', '0x'), to: call.to.toLowerCase(), network, value: '0x0' },
    ]
    const responses = await Promise.all(
      Array.from({ length: 100 }, (_, n) => insist(() => ask(request({ headers, body: bodies[n % 2] })))),
    )
    const views = await Promise.all(
      responses.map(async (response) => (await response.json()) as ExecutionView.ExecutionView),
    )
    expect(new Set(views.map(({ id }) => id)).size).toBe(1)
    expect(responses.filter(({ status }) => status === 202)).toHaveLength(1)
    expect(responses.filter((response) => response.headers.get('idempotent-replay') === 'true')).toHaveLength(99)
    const id = views[0]?.id ?? ''
    await until(id, isIn('final'))
    expect(await paid()).toBe(5n)
    const conflict = await problem(ask(request({ headers, body: { network, ...transfer().call } })), 409)
    expect(conflict).toMatchObject({ code: 'idempotency-conflict', original: { transactions: [id] } })
    // For ever: also when the policy would refuse it by now.
    await updatePolicy(ctx, owner, policyId, 1, { ...input, contracts: input.contracts.slice(1) })
    const replayed = await json(await ask(request({ headers, body: bodies[0] })), 200)
    expect(replayed).toMatchObject({ id, status: 'final' })
    await problem(ask(request({ body: bodies[0] })), 403)
    await updatePolicy(ctx, owner, policyId, 2, input)
  })

  it('refuses what the policy, a cap or the simulation does not allow, tells why, and keeps the key free', async () => {
    const headers = { 'idempotency-key': 'refused' }
    const foreign = { network, to: `0x${'ee'.repeat(20)}`, data: '0x12345678' }
    const refused = await problem(ask(request({ headers, body: foreign })), 403)
    expect(refused).toMatchObject({
      code: 'policy-refused',
      rules: expect.arrayContaining([expect.objectContaining({ ok: false })]),
    })
    const broke = await problem(ask(request({ headers, body: { network, ...transfer(10n ** 30n).call } })), 422)
    expect(broke).toMatchObject({ code: 'simulation-reverted', call: 0 })
    expect(broke.detail).toMatch(/would revert: .{5,}/)
    const calls = Array.from({ length: 10 }, () => ({ to: `0x${'cd'.repeat(20)}`, value: '1000000000000000' }))
    await json(await ask(request({ body: { network, calls: calls.slice(1) } })), 202)
    const capped = await problem(ask(request({ headers, body: { network, calls: calls.slice(8) } })), 429)
    expect(capped).toMatchObject({ code: 'cap-exceeded', detail: expect.stringContaining('0.009 ETH of 0.01 ETH') })
    const told = await db.query<{ code: string }>(
      sql`SELECT data ->> 'code' AS code FROM audit_event WHERE type = 'intent.refused' ORDER BY seq DESC LIMIT 3`,
    )
    expect(told.map(({ code }) => code)).toEqual(['cap-exceeded', 'simulation-reverted', 'policy-refused'])
    const [kept] = await db.query<{ intents: bigint; holds: bigint }>(sql`
      SELECT (SELECT count(*) FROM intent WHERE idempotency_key = 'refused') AS intents,
        (SELECT count(*) FROM budget_hold WHERE value_wei > 0) AS holds`)
    expect(kept).toEqual({ intents: 0n, holds: 9n })
    await json(await ask(request({ headers, body: { network, ...transfer().call } })), 202)
  })

  it('answers problem+json for every other fault', async () => {
    const body = { network, ...transfer().call }
    expect(await problem(ask(request({ key: '', body })), 401)).toMatchObject({ code: 'not-signed-in' })
    expect(await problem(ask(request({ key: reading, body })), 403)).toMatchObject({
      missingScope: 'transactions:write',
    })
    expect(await problem(ask(request({ body: '{' })), 400)).toMatchObject({ code: 'bad-request' })
    expect(await problem(ask(request({ body: `"${'x'.repeat(1_100_000)}"` })), 413)).toMatchObject({
      code: 'content-too-large',
    })
    const fields = async (more: object) => (await problem(ask(request({ body: { ...body, ...more } })), 422)).errors
    expect(await fields({ urgency: 'now', maxFee: '-1' })).toMatchObject([{ field: 'urgency' }, { field: 'maxFee' }])
    expect(await fields({ signer: `0x${'12'.repeat(20)}` })).toMatchObject([{ field: 'signer' }])
    expect(await fields({ submission: 'private' })).toMatchObject([{ field: 'submission' }])
    expect(await fields({ deadline: '2020-01-01T00:00:00Z' })).toMatchObject([{ field: 'deadline' }])
    for (const callbackUrl of ['https://10.0.0.1/hooks', 'https://[::1]/hooks', 'http://127.0.0.1:9/hooks'])
      expect(await fields({ callbackUrl })).toMatchObject([{ field: 'callbackUrl' }])
    expect(await problem(list(request({ query: '?status=landed' })), 422)).toMatchObject({
      errors: [{ field: 'status' }],
    })
    await problem(read(request(), of('nonsense')), 404)
    const { id: revoked } = await createApiKey(ctx, owner, { name: 'gone', scopes: ['transactions:read'] })
    await revokeApiKey(ctx, owner, revoked)
    const archived = await createPolicy(ctx, owner, { ...input, name: 'Old' })
    const bound = await makeKey(['transactions:write'], owner, archived.id)
    await archivePolicy(ctx, owner, archived.id)
    expect(await problem(ask(request({ key: bound, body })), 403)).toMatchObject({ code: 'policy-refused' })
  })

  it('says that the chain cannot be reached, and takes the request when it can', async () => {
    const body = { network, ...transfer().call }
    const headers = { 'idempotency-key': 'later' }
    proxy.fault = () => 'drop'
    expect(await problem(ask(request({ body, headers })), 503)).toMatchObject({ code: 'unavailable' })
    proxy.fault = () => 'forward'
    await expect.poll(async () => (await ask(request({ body, headers }))).status, { interval: 500 }).toBe(202)
  })
})

describe('a transaction', () => {
  it('belongs to its merchant', async () => {
    const { id } = await json(await ask(request({ body: { network, ...transfer().call } })), 202)
    const stranger = await makeKey(['transactions:read'], { ...owner, merchantId: otherId }, null)
    await problem(read(request({ key: stranger }), of(id)), 404)
    await problem(events(request({ key: stranger }), of(id)), 404)
    expect(await listed('', stranger)).toEqual([])
    await problem(cancel(...post(id, reading)), 403)
  })

  it('is cancelled and sped up while it is in no block, and not afterwards', async () => {
    await evm.rpc('evm_setAutomine', [false])
    const [one, two] = [transfer(), transfer()]
    const [signer] = signersFor(network, 'execution')
    const body = (call: object) => ({ network, ...call, signer: signer?.address })
    const first = await json(await ask(request({ body: body(one.call) })), 202)
    const second = await json(await ask(request({ body: body(two.call) })), 202)
    await until(first.id, isIn('submitted'), false)
    await until(second.id, isIn('submitted'), false)
    await json(await speedUp(...post(second.id)), 202)
    const asked = await json(await cancel(...post(first.id)), 202)
    expect(asked.cancel?.reason).toMatch(/API key "bot"/)
    await until(second.id, ({ attempts }) => attempts.length > 1, false)
    await until(first.id, ({ attempts }) => attempts.some(({ kind }) => kind === 'cancel'), false)
    await evm.rpc('evm_setAutomine', [true])
    expect(await until(first.id, isIn('cancelled'))).toMatchObject({ outcome: 'not-executed', ended: true })
    expect(await until(second.id, isIn('final'))).toMatchObject({ outcome: 'succeeded' })
    expect([await one.paid(), await two.paid()]).toEqual([0n, 5n])
    expect(await problem(cancel(...post(second.id)), 409)).toMatchObject({ code: 'not-cancellable' })
    expect(await problem(speedUp(...post(second.id)), 409)).toMatchObject({ code: 'not-possible' })
  })

  it('stops a sequence at its first failure', async () => {
    const [one, two, three] = [transfer(1n), transfer(2n), transfer(3n)]
    const [signer] = signersFor(network, 'execution')
    const address = signer?.address ?? '0x'
    await evm.rpc('evm_setAutomine', [false])
    const calls = [one.call, two.call, three.call]
    const first = await json(await ask(request({ body: { network, calls, signer: address } })), 202)
    const [, second, third] = first.intent?.transactions ?? []
    expect(new Set((await Promise.all([first.id, second?.id ?? ''].map(look))).map(({ from }) => from))).toEqual(
      new Set([address]),
    )
    await until(first.id, isIn('submitted'), false)
    expect((await look(second?.id ?? '')).status).toBe('queued')
    // What the simulation found is gone before the block: the token reverts whatever is asked of it.
    const code = await evm.rpc<string>('eth_getCode', [usdc, 'latest'])
    await evm.rpc('anvil_setCode', [usdc, '0x60006000fd'])
    expect(await until(first.id, isIn('reverted'))).toMatchObject({ outcome: 'reverted' })
    await evm.rpc('anvil_setCode', [usdc, code])
    for (const rest of [second, third])
      expect(await until(rest?.id ?? '', isIn('cancelled'))).toMatchObject({ outcome: 'not-executed', hash: null })
    expect([await one.paid(), await two.paid(), await three.paid()]).toEqual([0n, 0n, 0n])
  })

  it('runs a sequence in its order', async () => {
    const [one, two] = [transfer(1n), transfer(2n)]
    const first = await json(await ask(request({ body: { network, calls: [one.call, two.call] } })), 202)
    const second = first.intent?.transactions[1]?.id ?? ''
    const [a, b] = [await until(first.id, isIn('final')), await until(second, isIn('final'))]
    expect(Number(a.block?.number)).toBeLessThanOrEqual(Number(b.block?.number))
    expect([await one.paid(), await two.paid()]).toEqual([1n, 2n])
  })
})

describe('events', () => {
  it('replay what happened, go on live, resume behind the last one and end with the transaction', async () => {
    const { id } = await json(await ask(request({ body: { network, ...transfer().call } })), 202)
    const live = await events(request(), of(id))
    expect(live.headers.get('content-type')).toBe('text/event-stream')
    expect([live.headers.get('x-accel-buffering'), live.headers.get('cache-control')]).toEqual([
      'no',
      'no-store, no-transform',
    ])
    const [whole] = await Promise.all([readEvents(live), until(id, isIn('final'))])
    const types = whole.map(({ event }) => event)
    expect(types[0]).toBe('transaction.queued')
    expect(types).toEqual(expect.arrayContaining(['intent.accepted', 'transaction.signed', 'transaction.included']))
    expect(types.at(-1)).toBe('transaction.final')
    const middle = whole[2]?.id ?? ''
    const rest = await readEvents(await events(request({ headers: { 'last-event-id': middle } }), of(id)))
    expect(rest).toEqual(whole.slice(3).map((item) => ({ ...item, data: expect.anything() })))
    const over = await events(request({ query: `?after=${whole.at(-1)?.id}` }), of(id))
    expect(over.status).toBe(204)
    // The catalogue of webhooks shows every fact of them.
    expect(await unsampledFields()).toEqual([])
  })
})

describe('POST /api/v1/transactions/simulate', () => {
  it('says what would become of a request, and changes nothing', async () => {
    const count = async () => (await db.query<{ n: bigint }>(sql`SELECT count(*) AS n FROM transaction`))[0]?.n
    const before = await count()
    const good = await json<Simulated>(await simulate(request({ body: { network, ...transfer().call } })), 200)
    expect(good).toMatchObject({ ok: true, policy: { id: policyId }, simulations: [{ ok: true }] })
    const calls = [transfer().call, transfer(10n ** 30n).call]
    const bad = await json<Simulated>(await simulate(request({ body: { network, calls } })), 200)
    expect(bad.ok).toBe(false)
    expect(bad.simulations.map(({ ok }) => ok)).toEqual([true, false])
    const foreign = { network, to: `0x${'ee'.repeat(20)}`, data: '0x12345678' }
    expect(await json<Simulated>(await simulate(request({ body: foreign })), 200)).toMatchObject({
      ok: false,
      decision: { allowed: false },
      simulations: [],
    })
    expect(await count()).toBe(before)
  })
})

type Described = {
  properties: Record<string, object> & {
    intent: { properties: object }
    attempts: { items: { properties: object } }
  }
}

/** Asked for late: it reads the environment, which the tests set first. */
const describedTransaction = () =>
  (openApi()['components'] as { schemas: { Transaction: Described } }).schemas.Transaction

type Simulated = { ok: boolean; simulations: { ok: boolean }[] }

async function listed(query: string, using = key): Promise<ExecutionView.ExecutionView[]> {
  const response = await list(request({ key: using, query }))
  return (await json<{ transactions: ExecutionView.ExecutionView[] }>(response, 200)).transactions
}

async function readEvents(response: Response): Promise<{ id: string; event: string; data: unknown }[]> {
  const text = await response.text()
  return text
    .split('\n\n')
    .filter((block) => block.startsWith('id: '))
    .map((block) => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? ''
      return { id: field('id'), event: field('event'), data: JSON.parse(field('data')) as unknown }
    })
}
