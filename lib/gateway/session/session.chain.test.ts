import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Reserve } from '@/lib/chains'
import { tokenBalance } from '@/sandbox/evm'
import { pathUsd } from '@/sandbox/tempo'
import { chains } from '@/sandbox/testing/chains'
import { manage, openSession, signVoucher, voucher, type SessionAgent } from '@/sandbox/testing/session-client'
import { booksOf, newPayer, openSessionShop, unitBase } from '@/sandbox/testing/session-shop-fixture'
import { callsOf, startGateway, type GatewayProcess } from '@/sandbox/testing/shop-fixture'
import { startUpstream, type Upstream } from '@/sandbox/upstream'
import { unsampledFields } from '@/sandbox/testing/event-samples'

// Sessions against two gateway processes on one database, a real chain, and the upstream's log of calls.

const payTo = privateKeyToAccount(generatePrivateKey()).address
let upstream: Upstream
let one: GatewayProcess
let two: GatewayProcess

beforeAll(async () => {
  upstream = await startUpstream({})
  await openSessionShop(upstream.baseUrl, payTo)
  const env = { UPSTREAM_ALLOW: `127.0.0.1:${upstream.port}`, JOBS: 'in-process', SETTLE_DEADLINE_MS: '15000' }
  ;[one, two] = await Promise.all([startGateway(env), startGateway(env)])
})
afterAll(async () => {
  await Promise.all([one?.stop(), two?.stop()])
  await upstream.stop()
})

const at = ({ url }: GatewayProcess, path = '/fortune') => `${url}/gateway/acme${path}`
const open = async (path = '/fortune') => openSession(at(one, path), chains().tempo.url, await newPayer())
const send = (credential: string, gateway = one, path = '/fortune', method = 'GET') =>
  fetch(at(gateway, path), { method, headers: { authorization: credential } })
const calls = (path = '/fortune') => callsOf(upstream.journalUrl, path)
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code

function receiptOf(response: Response): Record<string, string> {
  const value = response.headers.get('payment-receipt') ?? ''
  return JSON.parse(Buffer.from(value, 'base64url').toString()) as Record<string, string>
}

describe('a session', () => {
  it('opens, pays by vouchers, tops up by HEAD, and closes for exactly the spent amount', async () => {
    const before = await tokenBalance(chains().tempo, pathUsd, payTo)
    const agent = await open()
    expect(agent.openedBase).toBe(unitBase)
    expect(receiptOf(agent.response)).toMatchObject({ spent: '1000', acceptedCumulative: '1000', units: 1 })
    for (let n = 2n; n <= 10n; n++) expect((await send(voucher(agent, n * unitBase))).status).toBe(200)
    const topUp = await manage(chains().tempo.url, agent, at(one), { action: 'topUp', additionalDepositRaw: '500000' })
    const toppedUp = await send(topUp, two, '/fortune', 'HEAD')
    expect(toppedUp.status).toBe(204)
    expect((await send(topUp, one, '/fortune', 'POST')).status).toBe(204)
    expect((await send(voucher(agent, 1_400_000n), two)).status).toBe(200)
    const { accepted, spent, earned, charged } = await booksOf(agent.channelId)
    expect({ accepted, spent, earned, charged }).toEqual({
      accepted: 1_400_000n,
      spent: 11n * unitBase,
      earned: 11n * unitBase,
      charged: 11n * unitBase,
    })
    const closed = await send(voucher(agent, 1_400_000n, { action: 'close' }), one, '/fortune', 'POST')
    expect(closed.status).toBe(204)
    expect(receiptOf(closed).txHash).toMatch(/^0x[0-9a-f]{64}$/)
    expect((await tokenBalance(chains().tempo, pathUsd, payTo)) - before).toBe(11n * unitBase)
    const late = await send(voucher(agent, 1_500_000n))
    expect([late.status, await codeOf(late)]).toEqual([410, 'session-channel-finalized'])
  })

  it('pays the counted price of an answer, not the signed maximum', async () => {
    const agent = await open('/counted')
    const bytes = BigInt((await agent.response.arrayBuffer()).byteLength)
    const each = 100n + bytes
    expect(each < 5_000n).toBe(true)
    expect(agent.openedBase).toBe(5_000n)
    // Another answer needs its maximum price on top of the spent amount; the first voucher does not cover that.
    const short = await send(voucher(agent, 5_000n), one, '/counted')
    expect([short.status, await codeOf(short)]).toEqual([402, 'session-insufficient-balance'])
    expect((await send(voucher(agent, 5_000n + each), one, '/counted')).status).toBe(200)
    const { spent, charged, reserved } = await booksOf(agent.channelId)
    expect({ spent, charged, reserved }).toEqual({ spent: 2n * each, charged: 2n * each, reserved: 0n })
  })

  it('does not pay for an upstream that fails, and keeps the voucher', async () => {
    const agent = await open()
    const failing = await openSession(at(one, '/failing'), chains().tempo.url, await newPayer()).catch(String)
    expect(failing).toContain('opening answered 502')
    const { spent } = await booksOf(agent.channelId)
    expect(spent).toBe(unitBase)
  })
})

describe('one voucher', () => {
  it('worth one unit, sent a hundred times in parallel to two processes, is delivered once', async () => {
    const agent = await open()
    const before = await calls()
    const credential = voucher(agent, 2n * unitBase)
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => send(credential, n % 2 ? one : two)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 402)).toHaveLength(99)
    expect((await calls()) - before).toBe(1)
    expect(await booksOf(agent.channelId)).toMatchObject({ spent: 2n * unitBase, reserved: 0n })
  })

  it('worth ten units, sent a hundred times in parallel, is delivered ten times', async () => {
    const agent = await open()
    const before = await calls()
    const credential = voucher(agent, 11n * unitBase)
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => send(credential, n % 2 ? one : two)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10)
    expect((await calls()) - before).toBe(10)
    expect(await booksOf(agent.channelId)).toMatchObject({
      spent: 11n * unitBase,
      charged: 11n * unitBase,
      reserved: 0n,
    })
  })
})

describe('an invalid voucher', () => {
  const next = 6n * unitBase
  const wrongV = (agent: SessionAgent) => {
    const signature = signVoucher(agent, next)
    return `0x${signature.slice(2, 130)}${signature.endsWith('1b') ? '1c' : '1b'}` as const
  }
  const cases: [string, (agent: SessionAgent, other: SessionAgent) => string, number, string][] = [
    [
      'on another channel',
      (agent, { channelId }) => voucher(agent, next, { channelId }),
      402,
      'session-signer-mismatch',
    ],
    ['on another chain', (agent) => voucher(agent, next, { network: 'eip155:4217' }), 402, 'session-signer-mismatch'],
    [
      'on another escrow',
      (agent) => voucher(agent, next, { escrow: `0x${'e'.repeat(40)}` }),
      402,
      'session-signer-mismatch',
    ],
    ['by another key', (agent, { key }) => voucher(agent, next, { key }), 402, 'session-signer-mismatch'],
    ['with the wrong v', (agent) => voucher(agent, next, { signature: wrongV(agent) }), 402, 'session-signer-mismatch'],
    ['with no signature', (agent) => voucher(agent, next, { signature: '0x00' }), 402, 'session-invalid-signature'],
    ['above the deposit', (agent) => voucher(agent, 1_000_001n), 402, 'session-amount-exceeds-deposit'],
    ['beyond uint96', (agent) => voucher(agent, Reserve.amountMax + 1n), 402, 'malformed-credential'],
    ['lower than the last', (agent) => voucher(agent, 4n * unitBase), 402, 'verification-failed'],
    [
      'equal to the last, with nothing left',
      (agent) => voucher(agent, 5n * unitBase),
      402,
      'session-insufficient-balance',
    ],
    [
      'of a channel that does not exist',
      (agent) => voucher({ ...agent, channelId: `0x${'9'.repeat(64)}` }, next),
      410,
      'session-channel-not-found',
    ],
    [
      'with another descriptor',
      (agent) => voucher({ ...agent, descriptor: { ...agent.descriptor, salt: `0x${'7'.repeat(64)}` } }, next),
      402,
      'verification-failed',
    ],
  ]
  let agent: SessionAgent
  let other: SessionAgent
  beforeAll(async () => {
    agent = await open()
    other = await open()
    for (let n = 2n; n <= 5n; n++) await send(voucher(agent, n * unitBase))
  })

  it.each(cases)('%s', async (_, make, status, code) => {
    const [books, before] = [await booksOf(agent.channelId), await calls()]
    const response = await send(make(agent, other))
    expect([await codeOf(response.clone()), response.status]).toEqual([code, status])
    if (status === 402) expect(response.headers.get('www-authenticate')).toContain('intent="session"')
    expect(await booksOf(agent.channelId)).toEqual(books)
    expect(await calls()).toBe(before)
  })

  it('returns the amount that would be enough', async () => {
    const response = await send(voucher(agent, 5n * unitBase))
    expect(await response.json()).toMatchObject({
      type: 'https://paymentauth.org/problems/session/insufficient-balance',
      requiredTopUp: '1000',
      requiredCumulative: '6000',
    })
  })
})

it('causes no event whose facts the catalogue of webhooks does not show', async () => {
  expect(await unsampledFields()).toEqual([])
})
