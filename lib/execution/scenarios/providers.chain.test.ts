import { afterEach, describe, expect, it, vi } from 'vitest'
import { ensureSigners } from '@/lib/execution'
import type { Fault, Rule } from '@/sandbox/faults/rule'
import {
  setUpScenarios,
  allLanded,
  ask,
  blockMs,
  clean,
  ctx,
  drive,
  faulty,
  forgetMarket,
  look,
  lookAll,
  mine,
  pass,
  postgres,
  settle,
  turn,
  turnUntil,
} from '@/sandbox/testing/scenario-harness'

await setUpScenarios()

const sending = ['eth_sendRawTransaction', 'eth_sendPrivateTransaction']

/** Every public provider does this. */
function breakAll(rule: Rule): void {
  for (const provider of faulty.providers) provider.break(rule)
}

const isSubmitted = ({ status }: { status: string }) => status === 'submitted'
/** Hashes that went to a public provider. */
const publicHashes = () =>
  new Set(faulty.log.flatMap((entry) => (entry.what === 'send' && !entry.isPrivate ? [entry.hash] : [])))

describe('3 a transaction that the pool loses', () => {
  it('is sent again as it is, and that hash is mined', async () => {
    const [id = ''] = await ask()
    await drive()
    const [attempt] = (await look(id)).attempts
    expect(await faulty.pool.evict(attempt?.hash ?? '0x')).toBe(true)
    expect(await settle()).toEqual(allLanded(1))
    expect(await look(id)).toMatchObject({ hash: attempt?.hash, attempts: [{ broadcasts: 2 }] })
  })

  it('even when a provider only said that it took it', async () => {
    breakAll({ fault: { kind: 'black-hole' }, methods: sending, times: 1 })
    const [id = ''] = await ask()
    await drive()
    const [attempt] = (await look(id)).attempts
    expect(attempt?.answer).toBe('accepted')
    expect(faulty.pool.find(attempt?.hash ?? '0x')).toBeUndefined()
    faulty.heal()
    expect(await settle()).toEqual(allLanded(1))
    expect(await look(id)).toMatchObject({ hash: attempt?.hash })
  })
})

describe('4 providers in trouble', () => {
  const faults: readonly Fault[] = [
    { kind: 'status', status: 503 },
    { kind: 'rate-limit', retryAfterS: 1 },
    { kind: 'rpc-error', code: -32005, message: 'limit exceeded' },
    { kind: 'malformed' },
    { kind: 'reset' },
    { kind: 'hang' },
    { kind: 'wrong-chain', chainId: 1 },
  ]

  it.each(faults)('one of three: $kind', async (fault) => {
    faulty.provider(0).break({ fault })
    const ids = await ask(2)
    await turnUntil(ids, ({ status }) => status === 'final')
    expect(await settle()).toEqual(allLanded(2))
    for (const { attempts } of await lookAll(ids)) expect(attempts).toHaveLength(1)
  })

  it('all of them: what was sent stays unknown, is not cancelled, and recovers', async () => {
    const ids = await ask(2)
    await drive()
    breakAll({ fault: { kind: 'status', status: 502 } })
    const late = await ask(1)
    await turn(12)
    for (const row of await lookAll(ids))
      expect(row).toMatchObject({ status: 'submitted', attempts: [{ kind: 'call' }] })
    expect(await look(late[0] ?? '')).toMatchObject({ status: 'queued', nonce: null })
    expect(await settle()).toEqual(allLanded(3))
  })
})

describe('5 a reply that is lost after the send', () => {
  it('leaves one effect', async () => {
    breakAll({ fault: { kind: 'lost-reply' }, methods: sending })
    const [id = ''] = await ask()
    await drive()
    expect(await look(id)).toMatchObject({ status: 'submitted', attempts: [{ answer: 'unknown' }] })
    expect(await settle()).toEqual(allLanded(1))
    expect((await look(id)).attempts).toHaveLength(1)
  })

  it('and so does a send that is passed on twice', async () => {
    breakAll({ fault: { kind: 'duplicate' }, methods: sending })
    await ask(2)
    await turn(2)
    expect(await settle()).toEqual(allLanded(2))
  })
})

describe('7 receipts that are missing while the nonce advanced', () => {
  it.each([1, 2])('at %i of three providers: never failed', async (liars) => {
    for (const provider of faulty.providers.slice(0, liars))
      provider.break({ fault: { kind: 'no-receipt' }, methods: ['eth_getTransactionReceipt'] })
    const ids = await ask(2)
    await drive()
    await mine(4)
    for (let minute = 0; minute < 5; minute++) {
      await pass(60_000)
      await drive()
      for (const { status } of await lookAll(ids)) expect(['submitted', 'included', 'safe', 'final']).toContain(status)
    }
    expect(await settle()).toEqual(allLanded(2))
    for (const { events } of await lookAll(ids)) expect(events).not.toContain('failed')
  })

  it('nor when a provider is many blocks behind', async () => {
    faulty.provider(0).break({ fault: { kind: 'stale', blocks: 8 } })
    const ids = await ask(2)
    await turn(12)
    expect(await settle()).toEqual(allLanded(2))
    for (const { events } of await lookAll(ids)) expect(events).not.toContain('failed')
  })
})

describe('12 a worker whose clock is wrong', () => {
  afterEach(() => vi.useRealTimers())

  it.each([10, -10])('by %i minutes: leases and deadlines are the database’s', async (minutes) => {
    const [soon = ''] = await ask(1, { deadlineMs: Date.now() + 60_000 })
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(Date.now() + minutes * 60_000)
    await drive()
    expect(await look(soon)).toMatchObject({ status: 'submitted', attempts: [{ kind: 'call' }] })
    vi.useRealTimers()
    expect(await settle()).toEqual(allLanded(1))
  })
})

describe('20 a private endpoint that stays silent', () => {
  it('gets its time, then the transaction goes to public endpoints, where its policy allows it', async () => {
    faulty.private?.break({ fault: { kind: 'black-hole' } })
    const [id = ''] = await ask(1, { submission: 'private-first' })
    await turn(8)
    const [attempt] = (await look(id)).attempts
    expect(attempt).toBeDefined()
    expect(publicHashes()).not.toContain(attempt?.hash)
    const [landed] = await turnUntil([id], ({ status }) => status === 'final')
    expect(publicHashes()).toContain(landed?.hash)
    expect(await settle()).toEqual(allLanded(1))
  })

  it('is never gone past where it is not', async () => {
    faulty.private?.break({ fault: { kind: 'black-hole' } })
    const [id = ''] = await ask(1, { submission: 'private' })
    await turn(30)
    const row = await look(id)
    expect(row.status).toBe('submitted')
    for (const { hash } of row.attempts) expect(publicHashes()).not.toContain(hash)
    expect(await settle()).toEqual(allLanded(1))
    for (const { hash } of (await look(id)).attempts) expect(publicHashes()).not.toContain(hash)
  })

  it('and a deadline ends it privately', async () => {
    faulty.private?.break({ fault: { kind: 'black-hole' }, times: 2 })
    const [id = ''] = await ask(1, { submission: 'private', deadlineMs: Date.now() + 3 * blockMs })
    await turnUntil([id], ({ status }) => status === 'cancelled' || status === 'final')
    for (const { hash } of (await look(id)).attempts) expect(publicHashes()).not.toContain(hash)
    expect(await settle()).toMatchObject(clean)
  })
})

describe('21 a database that is away', () => {
  it('nothing is sent that is not stored', async () => {
    const ids = await ask(4)
    const before = faulty.log.filter(({ what }) => what === 'send').length
    postgres.cut()
    await drive().catch(() => undefined)
    expect(faulty.log.filter(({ what }) => what === 'send')).toHaveLength(before)
    postgres.mend()
    await drive()
    await turnUntil(ids.slice(0, 1), isSubmitted, 2).catch(() => undefined)
    // In the middle of a round: whatever was reached, nothing is sent twice under two nonces.
    const late = await ask(8)
    const round = drive().catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 15))
    postgres.cut()
    await round
    postgres.mend()
    await forgetMarket()
    expect(await settle()).toEqual(allLanded(ids.length + late.length))
  })
})

// Last: a lane that was misled would keep every later scenario waiting.
describe('6 a provider that lies about nonces', () => {
  it.each([5, -3, 'frozen'] as const)('by %s: no gap, none used twice', async (by) => {
    faulty.provider(0).break({ fault: { kind: 'nonce', by } })
    // As at the start of a process.
    await ensureSigners(ctx)
    const ids = await ask(3)
    await turn(2)
    await ensureSigners(ctx)
    await turn(1)
    ids.push(...(await ask(2)))
    await turn(2)
    expect(await settle()).toEqual(allLanded(5))
    expect((await lookAll(ids)).map(({ nonce }) => nonce).sort()).toEqual([0n, 1n, 2n, 3n, 4n])
  })
})
