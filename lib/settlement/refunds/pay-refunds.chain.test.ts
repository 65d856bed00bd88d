import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { addressesFor } from '@/lib/chains'
import { createCtx } from '@/lib/ctx'
import { db, endHeartbeat, sql, stayAlive } from '@/lib/db'
import { ensureSigners, submitDue, trackDue } from '@/lib/execution'
import type { Failpoint } from '@/lib/failpoint'
import { evmNetwork, tokenBalance, usdc } from '@/sandbox/evm'
import { bundle } from '@/sandbox/testing/bundle'
import { chains } from '@/sandbox/testing/chains'
import { hex, insertSeller } from '@/sandbox/testing/channel-rows-fixture'
import { insertRefunds, lookAtRefund, type Owed } from '@/sandbox/testing/refund-fixture'
import { tempoNetwork } from '@/sandbox/tempo'
import { applyDue, payRefunds } from '..'
import { unsampledFields } from '@/sandbox/testing/event-samples'

const ctx = createCtx({ kind: 'system', id: 'test' })
/** A whole run, however slow the machine is. */
const pay = () => payRefunds(ctx, 60_000)
const amountBase = 10_000n
const on = { network: evmNetwork, asset: usdc }
/** Served, and answers nothing. */
const deaf = 'eip155:137'
let seller: { merchantId: string; resourceId: string }
const hole = createServer((socket) => void held.push(socket))
const held: Socket[] = []

beforeAll(async () => {
  await new Promise<void>((resolve) => hole.listen(0, '127.0.0.1', resolve))
  const served = JSON.parse(process.env.NETWORKS ?? '{}') as Record<string, unknown>
  const url = `http://127.0.0.1:${(hole.address() as AddressInfo).port}`
  process.env.NETWORKS = JSON.stringify({ ...served, [deaf]: { rpcUrls: [url] } })
  seller = await insertSeller()
  await ensureSigners(ctx)
})
afterAll(async () => {
  await endHeartbeat()
  hole.close()
  for (const socket of held) socket.destroy()
})

const insert = (owed: Partial<Owed> = {}) => insertRefunds(seller, { ...on, amountBase, ...owed })
const balance = (of: string) => tokenBalance(chains().evm, usdc, of as `0x${string}`)

/** What the background tasks do in a moment, without waiting for it. */
async function work(): Promise<void> {
  await db.execute(sql`
    UPDATE transaction SET due_at = now(), lease_until = NULL WHERE status IN ('queued', 'signed', 'submitted', 'held', 'included')`)
  await submitDue(ctx, 1_000)
  await trackDue(ctx, 1_000)
  await pay()
}

async function untilPaid(id: string): Promise<void> {
  await expect
    .poll(
      async () => {
        await work()
        return (await lookAtRefund(id)).status
      },
      { interval: 50 },
    )
    .toBe('paid')
}

it('waits where the wallets of this server do not pay for the shop, until an operator allows it', async () => {
  const allow = (isAllowed: boolean) =>
    db.execute(sql`UPDATE merchant SET server_wallets = ${isAllowed} WHERE id = ${seller.merchantId}::uuid`)
  await allow(false)
  const to = hex(20)
  const [id = ''] = await insert({ to })
  await work()
  await work()
  expect(await lookAtRefund(id)).toMatchObject({
    status: 'due',
    heldReason: 'The refund wallet does not pay for this shop until an operator allows it under Merchants.',
  })
  await allow(true)
  await db.execute(sql`UPDATE refund SET due_at = now() WHERE id = ${id}::uuid`)
  await untilPaid(id)
  expect(await balance(to)).toBe(amountBase)
})

describe('ten thousand refunds that cannot move', () => {
  const stuck: [string, Partial<Owed>][] = [
    ['on a network without a refund wallet', { network: 'eip155:424242' }],
    ['on a network whose RPC answers nothing', { network: deaf }],
    ['of more than the wallet holds', { amountBase: 10n ** 18n }],
    ['of a token that the wallet has not', { asset: hex(20) }],
    ['whose transfer was refused before', { to: `0x${'0'.repeat(40)}`, attempts: 1 }],
  ]
  afterEach(async () => {
    await db.execute(sql`DELETE FROM refund WHERE status <> 'paid'`)
  })

  it.each(stuck)('%s, keep the next one waiting for no run', async (what, owed) => {
    await insert({ ...owed, count: 10_000 })
    const [id = ''] = await insert()
    const startedMs = performance.now()
    const run = pay()
    // Before the run is over, where that waits for a network that does not answer.
    await expect.poll(() => lookAtRefund(id), { interval: 10 }).toMatchObject({ status: 'sent', heldReason: null })
    const tookMs = Math.round(performance.now() - startedMs)
    await run
    process.stdout.write(`the next refund behind 10,000 ${what}: sent after ${tookMs} ms by one run\n`)
    await untilPaid(id)
  })
})

describe('ten thousand refunds that were sent and cannot be booked', () => {
  const transfer = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'
  const word = (hexOrBase: string | bigint) =>
    `0x${(typeof hexOrBase === 'bigint' ? hexOrBase.toString(16) : hexOrBase.slice(2)).padStart(64, '0')}`

  /** Each has a transaction of its own in this state; `moved`: one that shows the transfer. */
  async function send(ids: readonly string[], status: string, moved = false): Promise<void> {
    const [wallet = ''] = addressesFor(evmNetwork, 'refund')
    await db.execute(sql`
      WITH sent AS (
        UPDATE refund SET status = 'sent', transaction_id = gen_random_uuid(), attempts = ${moved ? 0 : 3}
        WHERE id = ANY(${ids}::uuid[]) RETURNING id, transaction_id, "to")
      INSERT INTO transaction (id, network, kind, signer, purpose, status, hash, block_number, block_hash, logs, due_at)
      SELECT transaction_id, ${evmNetwork}, 'call', ${wallet}, 'refund', ${status}::transaction_status, ${hex(32)}, 5, ${hex(32)},
        CASE WHEN ${moved} THEN jsonb_build_array(jsonb_build_object('address', ${usdc.toLowerCase()}::text, 'logIndex', 0, 'data', ${word(amountBase)}::text,
          'topics', jsonb_build_array(${transfer}::text, ${word(wallet)}::text, '0x' || lpad(substr("to", 3), 64, '0')))) ELSE '[]' END,
        now() + interval '1 hour'
      FROM sent`)
  }

  it.each(['held', 'final'])('their transactions %s, keep the next one waiting for no run', async (status) => {
    await send(await insert({ count: 10_000 }), status)
    const ids = await insert()
    await send(ids, 'final', true)
    const startedMs = performance.now()
    const run = pay()
    await expect.poll(() => lookAtRefund(ids[0] ?? ''), { interval: 10 }).toMatchObject({ status: 'paid' })
    process.stdout.write(
      `the next refund behind 10,000 that are sent and ${status}: booked after ${Math.round(performance.now() - startedMs)} ms by one run\n`,
    )
    await run
    await db.execute(sql`DELETE FROM refund WHERE status <> 'paid'`)
    await db.execute(sql`DELETE FROM transaction WHERE purpose = 'refund' AND sole_for IS NULL`)
  })
})

it('says why a refund waits, and sends it when the wallet can pay', async () => {
  const [wallet = ''] = addressesFor(evmNetwork, 'refund')
  const [id = ''] = await insert({ amountBase: (await balance(wallet)) + 1n })
  await pay()
  const { status, transactionId, attempts, heldReason, waitsMs } = await lookAtRefund(id)
  expect({ status, transactionId, attempts }).toEqual({ status: 'due', transactionId: null, attempts: 1 })
  expect(heldReason).toMatch(/^Only [0-9.]+ USDC is left for it in the refund wallet 0x[0-9a-f]{40}\.$/)
  expect(waitsMs).toBeGreaterThan(0)
  const queued = () =>
    db.query(sql`SELECT id FROM transaction WHERE purpose = 'refund' AND sole_for = ${`refund ${id}`}`)
  expect(await queued()).toEqual([])
  await db.execute(sql`UPDATE refund SET amount_base = ${amountBase}, due_at = now() WHERE id = ${id}`)
  await untilPaid(id)
  expect((await lookAtRefund(id)).heldReason).toBeNull()
})

it('is not sent while its payment is taken back, and is sent when that has moved again', async () => {
  const [id = ''] = await insert()
  const settlement = (word: string) =>
    db.execute(
      sql`UPDATE payment SET settlement = ${word}::settlement_status WHERE id = (SELECT payment_id FROM refund WHERE id = ${id})`,
    )
  await settlement('pending')
  await pay()
  expect(await lookAtRefund(id)).toMatchObject({ status: 'due', transactionId: null })
  await settlement('settled')
  await untilPaid(id)
})

it('is not booked by a block that a reorganisation has undone, nor held up by one of an earlier transaction', async () => {
  const [id = ''] = await insert()
  await db.execute(sql`UPDATE refund SET reorgs = 3 WHERE id = ${id}`)
  await pay()
  await db.execute(sql`UPDATE transaction SET reorgs = 1 WHERE sole_for = ${`refund ${id}`}`)
  const ran = () =>
    db.query(sql`SELECT 1 FROM transaction WHERE sole_for = ${`refund ${id}`} AND block_number IS NOT NULL`)
  await expect.poll(async () => work().then(ran)).toHaveLength(1)
  await work()
  expect(await lookAtRefund(id)).toMatchObject({ status: 'sent' })
  // The books are compared with the reorganisation; what is read from here on counts.
  await applyDue(ctx, 1_000)
  await untilPaid(id)
})

it('tries a refund again, later each time, whose transfer the token refuses', async () => {
  const [id = ''] = await insert({ to: `0x${'0'.repeat(40)}` })
  const tries = async () => (await lookAtRefund(id)).attempts
  await expect.poll(async () => work().then(tries)).toBe(1)
  expect(await lookAtRefund(id)).toMatchObject({ status: 'due', transactionId: null })
  expect((await lookAtRefund(id)).heldReason).toMatch(/zero address|reverted/)
  const made = await db.query(sql`SELECT id FROM transaction WHERE sole_for = ${`refund ${id}`}`)
  await pay()
  expect(await db.query(sql`SELECT id FROM transaction WHERE sole_for = ${`refund ${id}`}`)).toEqual(made)
  await db.execute(sql`DELETE FROM refund WHERE id = ${id}`)
})

/** Where a process is stopped, which others then take for dead. `failed`: its refund has a transaction that never ran. */
const stops: [Failpoint, failed: boolean][] = [
  ['before-refund-booked', true],
  ['before-refund-sent', false],
  ['after-refund-sent', false],
  ['after-lease', false],
  ['after-simulation', false],
  ['after-sign', false],
  ['after-attempt-commit', false],
  ['after-broadcast', false],
  ['before-inclusion', false],
  ['after-inclusion', false],
  ['before-refund-booked', false],
  ['before-commit', false],
]

describe('a process that sleeps while it pays a refund', () => {
  let child: ChildProcess | undefined
  afterEach(async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  })

  it.each(stops)('at %s (failed before: %s) pays it once', async (point, failed) => {
    const to = hex(20)
    const [id = ''] = await insert({ to })
    if (failed) await sendInVain(id)
    child = await start(point)
    const processId = await new Promise<string>((resolve) =>
      child?.once('message', (message) => resolve((message as { processId: string }).processId)),
    )
    await expect.poll(() => stateOf(child), { interval: 20 }).toBe('T')
    await callDead(processId)
    // The other one is done when it wakes; or, where what it knows is that the first transaction failed, has sent the second.
    if (failed) await untilSentAgain(id)
    else await untilPaid(id)
    child.kill('SIGCONT')
    await rounds(child, 3)
    await untilPaid(id)
    for (let turn = 0; turn < 3; turn++) await work()
    expect(await balance(to)).toBe(amountBase)
    const [{ paid, live } = { paid: 0n, live: 0n }] = await db.query<{ paid: bigint; live: bigint }>(sql`
      SELECT (SELECT count(*) FROM transfer t JOIN refund r ON r.payment_id = t.payment_id
          WHERE r.id = ${id} AND t.reason = 'refund_paid') AS paid,
        (SELECT count(*) FROM transaction WHERE sole_for = ${`refund ${id}`} AND status <> 'failed') AS live`)
    expect({ paid, live }).toEqual({ paid: 1n, live: 1n })
    expect((await lookAtRefund(id)).status).toBe('paid')
  })

  async function untilSentAgain(id: string): Promise<void> {
    const first = (await lookAtRefund(id)).transactionId
    await expect
      .poll(
        async () => {
          await db.execute(sql`UPDATE refund SET due_at = now() WHERE id = ${id} AND status = 'due'`)
          await pay()
          const { status, transactionId } = await lookAtRefund(id)
          return status === 'sent' && transactionId !== first
        },
        { interval: 50 },
      )
      .toBe(true)
  }

  async function start(point: Failpoint): Promise<ChildProcess> {
    return fork(await bundle(new URL('../../../sandbox/testing/refund-process.ts', import.meta.url)), {
      env: { ...process.env, LOG_LEVEL: 'silent', SLUICE_DEMO: '1', SLUICE_FAILPOINT: `${point} stop` },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
  }

  /** T: stopped (proc(5)). */
  function stateOf(of: ChildProcess | undefined): string | undefined {
    return readFileSync(`/proc/${of?.pid}/stat`, 'utf8').split(') ')[1]?.charAt(0)
  }

  /** Its refund gets a transaction that is proven never to run. */
  async function sendInVain(id: string): Promise<void> {
    await db.execute(sql`
      WITH made AS (
        INSERT INTO transaction (id, network, kind, signer, purpose, status, error, sole_for)
        VALUES (gen_random_uuid(), ${evmNetwork}, 'call', ${addressesFor(evmNetwork, 'refund')[0]}, 'refund', 'failed', 'it would revert',
          ${`refund ${id}`}) RETURNING id)
      UPDATE refund SET status = 'sent', transaction_id = made.id FROM made WHERE refund.id = ${id}`)
  }

  /** As if a minute had passed: its heart, its leases, and what it had open in the database, which PostgreSQL ends. */
  async function callDead(processId: string): Promise<void> {
    await stayAlive()
    await db.execute(sql`UPDATE process SET beat_at = now() - interval '1 minute' WHERE id = ${processId}::uuid`)
    await db.execute(sql`UPDATE task_run SET lease_until = now() - interval '1 second'`)
    await db.query(sql`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'`)
    await db.execute(sql`UPDATE refund SET due_at = now() WHERE status <> 'paid'`)
  }

  function rounds(of: ChildProcess, count: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let left = count
      of.on('message', (message) => {
        if ('round' in (message as object) && --left === 0) resolve()
      })
      of.once('exit', () => reject(new Error('the process ended')))
    })
  }
})

it('is found by who signed it, whichever wallet refunds are paid from now', async () => {
  const [id = ''] = await insert({ network: tempoNetwork, asset: '0x20c0000000000000000000000000000000000000' })
  const [row] = await db.query<{ to: string }>(sql`SELECT "to" FROM refund WHERE id = ${id}`)
  const former = hex(20)
  const topic = (address = '') => `0x${address.slice(2).padStart(64, '0')}`
  const logs = [
    {
      address: '0x20c0000000000000000000000000000000000000',
      logIndex: 0,
      topics: ['0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef', topic(former), topic(row?.to)],
      data: `0x${amountBase.toString(16).padStart(64, '0')}`,
    },
  ]
  await db.execute(sql`
    WITH made AS (
      INSERT INTO transaction (id, network, kind, signer, purpose, status, hash, block_number, block_hash, logs)
      VALUES (gen_random_uuid(), ${tempoNetwork}, 'call', ${former}, 'refund', 'final', ${hex(32)}, 5, ${hex(32)}, ${JSON.stringify(logs)}::jsonb)
      RETURNING id)
    UPDATE refund SET status = 'sent', transaction_id = made.id FROM made WHERE refund.id = ${id}`)
  await pay()
  expect((await lookAtRefund(id)).status).toBe('paid')
  const [booked] = await db.query<{ credit: string }>(sql`
    SELECT credit FROM transfer t JOIN refund r ON r.payment_id = t.payment_id WHERE r.id = ${id} AND t.reason = 'refund_paid'`)
  expect(booked?.credit).toContain(former)
})

it('causes no event whose facts the catalogue of webhooks does not show', async () => {
  expect(await unsampledFields()).toEqual([])
})
