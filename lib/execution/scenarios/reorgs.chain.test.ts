import { keccak256, numberToHex, type Hex } from 'viem'
import { describe, expect, it } from 'vitest'
import { db, sql } from '@/lib/db'
import { closeCounter } from '@/sandbox/counter'
import {
  setUpScenarios,
  allLanded,
  ask,
  clean,
  ctx,
  drive,
  evm,
  execution,
  faulty,
  gwei,
  look,
  lookAll,
  mine,
  network,
  pass,
  queue,
  rawOf,
  setBaseFee,
  settle,
  signer,
  turn,
  turnUntil,
} from '@/sandbox/testing/scenario-harness'
import { broadcastAttempt } from '../broadcast-attempt'
import { createHeads } from '../track/heads'
import { claimOne } from '../claim-one'
import { release } from '../release'
import { recordInclusion } from '../track/record-inclusion'
import { findReceipt } from '../track/find-receipt'
import { loadBytes } from '../load-bytes'
import { signAttempt } from '../submit/sign-attempt'
import { trackSubmitted } from '../track/track-submitted'

await setUpScenarios()

/** Undoes the newest blocks; transactions may be given to the new ones, with the number of the block they go into. */
async function reorganise(depth: number, transactions: readonly (readonly [Hex, number])[] = []): Promise<void> {
  await evm.rpc('anvil_reorg', [depth, transactions])
  await faulty.pool.sync()
}

/** A transaction that another program signs with our key. */
async function foreign(nonce: bigint): Promise<{ raw: Hex; hash: Hex }> {
  const raw = await signer.signTransaction({
    ...{ chainId: 84_532, nonce: Number(nonce), gas: 21_000n, to: signer.address, value: 0n },
    ...{ maxFeePerGas: 100n * gwei, maxPriorityFeePerGas: 50n * gwei },
  })
  return { raw, hash: keccak256(raw) }
}

const isIncluded = ({ status }: { status: string }) => ['included', 'safe', 'final'].includes(status)
const levels = ({ events }: { events: string[] }) =>
  events.filter((type) => ['included', 'reorged', 'final', 'reverted', 'failed', 'cancelled'].includes(type))

/**
 * Two transactions in the order of their nonces, included as the drivers saw it, with so many blocks on top that they did not
 * see yet.
 */
async function includedBelow(blocks: number): Promise<string[]> {
  const ids = await ask(2)
  await drive()
  await mine()
  await drive()
  const rows = await lookAll(ids)
  for (const row of rows) expect(row.status).toBe('included')
  await mine(blocks)
  return (rows[0]?.nonce ?? 0n) < (rows[1]?.nonce ?? 0n) ? ids : ids.toReversed()
}

describe('8 a reorganisation', () => {
  it.each([1, 3, 6])('%i deep: what it undid is told, and included again', async (depth) => {
    const ids = await includedBelow(depth - 1)
    await reorganise(depth)
    await drive()
    for (const row of await lookAll(ids)) expect(row).toMatchObject({ status: 'submitted', hash: null })
    expect(await settle()).toEqual(allLanded(2))
    for (const row of await lookAll(ids)) {
      expect(levels(row)).toEqual(['included', 'reorged', 'included', 'final'])
      expect(row.attempts).toHaveLength(1)
    }
  })

  it('after which the pool does not know it any more: it is sent again', async () => {
    const ids = await includedBelow(1)
    await reorganise(2)
    for (const { hash } of faulty.pool.transactions()) await faulty.pool.evict(hash)
    expect(await settle()).toEqual(allLanded(2))
    for (const row of await lookAll(ids)) expect(levels(row)).toEqual(['included', 'reorged', 'included', 'final'])
  })

  it('that puts an earlier attempt of ours in its place', async () => {
    const [id = ''] = await ask()
    await drive()
    setBaseFee(10n * gwei)
    await turn(2)
    const before = await look(id)
    expect(before.attempts.length).toBeGreaterThan(1)
    await turnUntil([id], isIncluded)
    const [first] = before.attempts
    expect((await look(id)).hash).not.toBe(first?.hash)
    setBaseFee(gwei)
    await evm.rpc('anvil_setNextBlockBaseFeePerGas', [numberToHex(gwei)])
    await reorganise(1, [[await rawOf(first?.hash ?? '0x'), 0]])
    expect(await settle()).toEqual(allLanded(1))
  })

  it('that gives its nonce to a foreign transaction: failed, when that is final', async () => {
    const [id = '', next = ''] = await includedBelow(0)
    const { nonce } = await look(id)
    const other = await foreign(nonce ?? 0n)
    await reorganise(1, [[other.raw, 0]])
    await drive()
    expect((await look(id)).status).toBe('submitted')
    await turnUntil([id], ({ status }) => status === 'failed')
    expect((await look(id)).error).toMatch(/foreign/)
    expect(await settle()).toMatchObject({ ...clean, asked: 2, landed: 1 })
    expect(await look(next)).toMatchObject({ status: 'final' })
  })
})

describe('9 a revert that a reorganisation takes back', () => {
  it('becomes a success, and is nothing final before', async () => {
    const [id = ''] = await ask()
    await drive()
    await closeCounter(evm, true)
    await mine()
    await drive()
    expect(await look(id)).toMatchObject({ status: 'included', error: expect.any(String) as string })
    await reorganise(1)
    await closeCounter(evm, false)
    expect(await settle()).toEqual(allLanded(1))
    expect(levels(await look(id))).toEqual(['included', 'reorged', 'included', 'final'])
    expect((await look(id)).error).toBeNull()
  })

  it('and a success becomes a revert', async () => {
    const [id = ''] = await ask()
    await drive()
    await mine()
    await drive()
    expect(await look(id)).toMatchObject({ status: 'included', error: null })
    await reorganise(1)
    await closeCounter(evm, true)
    await mine()
    await closeCounter(evm, false)
    expect(await settle()).toMatchObject({ ...clean, asked: 1, landed: 0 })
    expect(levels(await look(id))).toEqual(['included', 'reorged', 'included', 'reverted'])
  })
})

describe('19 a key that is used elsewhere', () => {
  it('its slot is proven foreign in a final block, and what never left takes the next one', async () => {
    // The lane counts from what the chain said at the start.
    const other = await foreign(0n)
    await evm.rpc('eth_sendRawTransaction', [other.raw])
    await mine()
    const [id = ''] = await ask()
    await drive()
    const row = await look(id)
    expect(row.attempts[0]?.answer).toBe('nonce-too-low')
    const [late = ''] = await ask()
    await turnUntil([id], ({ status }) => status === 'failed')
    expect(await settle()).toMatchObject({ ...clean, asked: 2, landed: 1 })
    expect(await look(late)).toMatchObject({ status: 'final' })
  })

  it('takes the place of one that waits: that fails, those behind it land', async () => {
    const ids = await ask(3)
    await drive()
    const rows = await lookAll(ids)
    const first = rows.find(({ nonce }) => nonce === 0n)
    const other = await foreign(0n)
    await evm.rpc('eth_sendRawTransaction', [other.raw])
    await turnUntil([first?.id ?? ''], ({ status }) => status === 'failed')
    expect(await settle()).toMatchObject({ ...clean, asked: 3, landed: 2 })
  })
})

describe('11 a driver that slept past its lease', () => {
  it('signs and sends nothing', async () => {
    const id = await queue(execution())
    const slow = await claimOne(id, 'submit')
    await pass(60_000)
    await drive()
    const before = faulty.log.filter(({ what }) => what === 'send').length
    const offer = { fee: { maxFeePerGas: 5n * gwei, tipPerGas: gwei }, gas: 100_000n, legacy: false, l1FeeWei: 0n }
    if (!slow) throw new Error('no lease')
    expect(await signAttempt(ctx, slow, { kind: 'call', offer })).toBe('lost')
    expect(faulty.log.filter(({ what }) => what === 'send')).toHaveLength(before)
    expect((await look(id)).attempts).toHaveLength(1)
    expect(await settle()).toEqual(allLanded(1))
  })

  it('writes nothing of what it sent when another one has taken over', async () => {
    const id = await queue(execution())
    const slow = await claimOne(id, 'submit')
    await pass(60_000)
    await drive()
    const newer = await claimOne(id, 'replace')
    const before = await rowOf(id)
    const { hash = '0x' } = (await look(id)).attempts[0] ?? {}
    if (!slow || !newer) throw new Error('no lease')
    expect(newer.epoch).toBeGreaterThan(slow.epoch)
    await broadcastAttempt(ctx, slow, { hash, raw: await loadBytes(hash), private: false })
    expect(await rowOf(id)).toEqual(before)
    await release(newer, 0)
    expect(await settle()).toEqual(allLanded(1))
  })

  it('writes no inclusion that was undone meanwhile', async () => {
    const [id = ''] = await ask()
    await drive()
    await mine()
    const { hash = '0x' } = (await look(id)).attempts[0] ?? {}
    const receipt = await findReceipt(network, [hash])
    await drive()
    await reorganise(1)
    await drive()
    const before = await rowOf(id)
    expect(before).toMatchObject({ status: 'submitted', reorgs: 1 })
    if (!receipt) throw new Error('no receipt')
    expect(await recordInclusion(ctx, { id, network, reorgs: 0 }, receipt)).toBeUndefined()
    expect(await rowOf(id)).toEqual(before)
    expect(await settle()).toEqual(allLanded(1))
  })

  it('ends nothing that another one is about to sign for', async () => {
    const [id = ''] = await ask()
    await drive()
    const { nonce } = await look(id)
    const other = await foreign(nonce ?? 0n)
    await evm.rpc('eth_sendRawTransaction', [other.raw])
    await mine(10)
    await pass(60_000)
    const slow = await claimOne(id, 'replace')
    await pass(60_000)
    const newer = await claimOne(id, 'replace')
    if (!slow || !newer) throw new Error('no lease')
    await trackSubmitted(ctx, slow, createHeads(network))
    expect((await look(id)).status).toBe('submitted')
    await release(newer, 0)
    await turnUntil([id], ({ status }) => status === 'failed')
    expect(await settle()).toMatchObject({ ...clean, asked: 1, landed: 0 })
  })
})

/** What a driver writes. */
async function rowOf(id: string): Promise<unknown> {
  const [row] = await db.query(sql`
    SELECT status, epoch, lease_until, due_at, reorgs, block_hash, held_reason FROM transaction WHERE id = ${id}::uuid`)
  return row
}
