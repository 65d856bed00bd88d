import { describe, expect, it } from 'vitest'
import { closeCounter } from '@/sandbox/counter'
import {
  setUpScenarios,
  allLanded,
  ask,
  clean,
  drive,
  evm,
  execution,
  faulty,
  forgetMarket,
  gwei,
  look,
  lookAll,
  mine,
  pass,
  queue,
  setBaseFee,
  setFunds,
  settle,
  turn,
  turnUntil,
} from '@/sandbox/testing/scenario-harness'

await setUpScenarios()

/** So many blocks at this base fee, each followed by the drivers. */
async function blocksAt(baseFee: bigint, blocks: number): Promise<void> {
  setBaseFee(baseFee)
  await turn(blocks)
}

describe('1 gas ten times dearer in the middle', () => {
  it('replaces the head of the lane within two blocks, and everything lands within its cap', async () => {
    const capWei = 200_000n * 60n * gwei
    const ids = await ask(20, { maxFeeWei: capWei })
    await drive()
    expect((await lookAll(ids)).map(({ status }) => status)).toEqual(ids.map(() => 'submitted'))
    await blocksAt(20n * gwei, 2)
    const rows = await lookAll(ids)
    const head = rows.find(({ nonce }) => nonce === 0n)
    expect(head?.attempts.length).toBeGreaterThan(1)
    expect(await settle()).toEqual(allLanded(20))
    for (const { attempts } of await lookAll(ids))
      for (const { maxFee } of attempts) expect(maxFee * 80_000n).toBeLessThanOrEqual(capWei)
  })
})

describe('2 a cap below the market', () => {
  it('is waited for, without an operator', async () => {
    const terms = { maxFeeWei: 100_000n * 4n * gwei }
    const [sent = ''] = await ask(1, terms)
    await drive()
    await blocksAt(20n * gwei, 10)
    await forgetMarket()
    const [late = ''] = await ask(1, terms)
    await blocksAt(20n * gwei, 40)
    expect(await look(sent)).toMatchObject({
      status: 'submitted',
      heldReason: expect.stringContaining('fee cap') as string,
    })
    expect(await look(late)).toMatchObject({ status: 'held', nonce: null, attempts: [] })
    expect((await look(sent)).events.filter((type) => type === 'held')).toHaveLength(1)
    setBaseFee(gwei)
    expect(await settle()).toEqual(allLanded(2))
    // It may climb as far as its cap, and not one attempt further.
    expect((await look(sent)).attempts.length).toBeLessThanOrEqual(3)
  })
})

describe('13 a signer without money', () => {
  it('holds what it cannot pay for, burns no nonce, and goes on when it has some', async () => {
    await setFunds(1n)
    const ids = await ask(3)
    await drive()
    for (const row of await lookAll(ids)) expect(row).toMatchObject({ status: 'held', nonce: null, attempts: [] })
    await turn(3)
    await setFunds(10n ** 18n)
    expect(await settle()).toEqual(allLanded(3))
    expect((await lookAll(ids)).map(({ nonce }) => nonce).sort()).toEqual([0n, 1n, 2n])
  })

  it('and with money for one goes one by one', async () => {
    await setFunds(200_000n * 3n * gwei)
    await ask(6)
    await turn(4)
    await setFunds(10n ** 18n)
    expect(await settle()).toEqual(allLanded(6))
  })
})

describe('14 a revert despite a good simulation', () => {
  it('is told with its reason, and nothing is tried again blindly', async () => {
    const [id = ''] = await ask()
    await drive()
    await closeCounter(evm, true)
    await mine()
    await closeCounter(evm, false)
    expect(await settle()).toMatchObject({ ...clean, asked: 1, landed: 0 })
    expect(await look(id)).toMatchObject({
      status: 'reverted',
      error: expect.stringMatching(/Closed|0x1cdde67b/) as string,
    })
    expect((await look(id)).attempts).toHaveLength(1)
  })
})

describe('15 replacements that the pool calls underpriced', () => {
  it('climb until one is taken, without a storm of refusals', async () => {
    const [id = ''] = await ask()
    await drive()
    for (const provider of faulty.providers)
      provider.break({
        fault: { kind: 'rpc-error', code: -32000, message: 'replacement transaction underpriced' },
        ...{ methods: ['eth_sendRawTransaction'], times: 3 },
      })
    await blocksAt(10n * gwei, 6)
    const before = await look(id)
    expect(before.attempts.length).toBeGreaterThan(1)
    setBaseFee(gwei)
    expect(await settle()).toEqual(allLanded(1))
    expect((await look(id)).attempts.length).toBeLessThanOrEqual(8)
  })

  it('never ask the pool for less than more than a tenth', async () => {
    const ids = await ask(3)
    await drive()
    await blocksAt(12n * gwei, 3)
    await blocksAt(20n * gwei, 3)
    expect(await settle()).toEqual(allLanded(3))
    const refused = faulty.log.filter((entry) => entry.what === 'send' && /underpriced/.test(entry.answer))
    const hashes = new Set((await lookAll(ids)).flatMap(({ attempts }) => attempts.map(({ hash }) => hash)))
    expect(refused.filter((entry) => entry.what === 'send' && hashes.has(entry.hash))).toEqual([])
  })
})

describe('17 many on one signer', () => {
  // More than may be in flight at once; bench/execution.ts does it with thousands.
  const many = 80

  it('are included in the order of their nonces, none lost', async () => {
    const ids = await ask(many)
    await drive()
    expect(await settle()).toEqual(allLanded(many))
    const nonces = (await lookAll(ids)).map(({ nonce }) => Number(nonce)).sort((one, other) => one - other)
    expect(nonces).toEqual(ids.map((_, index) => index))
  })
})

describe('18 poison at the head of a lane', () => {
  it('is cancelled on chain, and everything behind it lands', async () => {
    // The caller says that it simulated it, so the driver does not; no node takes it with so little gas.
    const poison = await queue(execution({ gasLimit: 21_000n, isSimulated: true }))
    await drive()
    expect((await look(poison)).nonce).toBe(0n)
    const others = await ask(30)
    await turn(3)
    await pass(150_000)
    await turnUntil([poison], ({ status }) => status === 'cancelled')
    expect(await settle()).toMatchObject({ ...clean, asked: 31, landed: 30 })
    expect(new Set((await lookAll(others)).map(({ status }) => status))).toEqual(new Set(['final']))
  })
})
