import { keccak256, toHex, type Address, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { afterAll, afterEach, beforeAll, beforeEach, inject } from 'vitest'
import type { Call, CallTerms } from '@/lib/chains'
import { createCtx } from '@/lib/ctx'
import { closeDb, db, endHeartbeat, sql, withTransaction } from '@/lib/db'
import { enqueueTransaction, ensureSigners, submitDue, trackDue } from '@/lib/execution'
import { counter, executeData, putCounter } from '../counter'
import { startPostgresProxy, type PostgresProxy } from '../faults/postgres-proxy'
import { startFaultyNetwork, type FaultyNetwork } from '../faults/network'
import { judge, type Asked, type Verdict } from '../faults/verdict'
import { verifyAudit } from '../faults/verify-audit'
import { chains } from './chains'

// What the scenarios share: three faulty providers and a private one in front of a chain whose blocks come on demand, a
// signer of its own for each scenario, time that passes on demand, and the verdict.

export const network = 'eip155:84532'
export const ctx = createCtx({ kind: 'system', id: 'test' })
export const { evm } = chains()
export const gwei = 1_000_000_000n
export let faulty: FaultyNetwork
/** Between this process and its database. */
export let postgres: PostgresProxy

const signersMax = 32
const accounts = Array.from({ length: signersMax }, () => {
  const privateKey = generatePrivateKey()
  return { privateKey, account: privateKeyToAccount(privateKey) }
})

const fundsWei = 10n ** 18n
/** As on the registry's network. */
export const blockMs = 2_000

let scenario = -1
let asked: Asked[] = []
let fromBlock = 0n
const fundedWei = new Map<string, bigint>()
/** Of the scenario that runs. */
export let signer: PrivateKeyAccount

/** Starts the providers and the database's proxy for this test file. Await it once, before the file's own hooks. */
export async function setUpScenarios(): Promise<void> {
  faulty = await startFaultyNetwork(evm.url, { seed: 1, hasPrivate: true, isStrict: true })
  postgres = await startPostgresProxy(process.env.DATABASE_URL ?? '')
  process.env.DATABASE_URL = postgres.url
  process.env.NETWORKS = JSON.stringify({
    [network]: { rpcUrls: faulty.urls, privateRpcUrl: faulty.private?.url },
  })
  process.env.SIGNERS = JSON.stringify(
    accounts.map(({ privateKey }) => ({ kind: 'env', purpose: 'execution', privateKey })),
  )

  beforeAll(async () => {
    await putCounter(evm, inject('chainsDir'))
    await evm.rpc('evm_setAutomine', [false])
    await evm.rpc('evm_setIntervalMining', [0])
    for (const { account } of accounts) await setFunds(fundsWei, account.address)
    await ensureSigners(ctx)
  })
  beforeEach(async () => {
    const next = accounts[++scenario]
    if (!next) throw new Error(`there are keys for ${signersMax} scenarios only`)
    signer = next.account
    asked = []
    fromBlock = BigInt(await evm.rpc<Hex>('eth_blockNumber', []))
    const isMoved = baseFeeWei !== gwei
    setBaseFee(gwei)
    await mine()
    if (isMoved) await forgetMarket()
  })
  afterEach(() => faulty.heal())
  afterAll(async () => {
    // One log of all scenarios of the file.
    const audit = await verifyAudit()
    await endHeartbeat()
    await closeDb()
    await faulty.stop()
    await postgres.stop()
    if (audit !== 'verified') throw new Error(`the audit log does not verify: ${audit}`)
  })
}

/** Every call of the counter is worth one wei, so that its balance counts too. */
const valueWei = 1n
let intents = 0

/** A call that may have one effect. */
export function execution(
  more: Partial<Extract<Call, { kind: 'call' }>> = {},
  terms?: CallTerms,
): { call: Call; intentId: Hex } {
  const intentId = keccak256(toHex(`intent ${++intents}`))
  const call: Call = {
    ...{ kind: 'call', network, purpose: 'execution', signer: signer.address, to: counter, value: valueWei },
    ...{ data: executeData(intentId), ...more, ...(terms && { terms }) },
  }
  return { call, intentId }
}

/** Queues a call and leaves it to the drivers. */
export async function queue({ call, intentId }: ReturnType<typeof execution>): Promise<string> {
  const { id } = await withTransaction((tx) => enqueueTransaction(tx, ctx, call))
  asked.push({ id, intentId, valueWei })
  // The process that queued a call drives it first for a moment. No process does that here.
  await db.execute(sql`UPDATE transaction SET lease_until = NULL, due_at = now() WHERE id = ${id}::uuid`)
  return id
}

/** Queues calls of the counter, as several requests would. */
export async function ask(count = 1, terms?: CallTerms): Promise<string[]> {
  const ids: string[] = []
  for (let made = 0; made < count; made++) ids.push(await queue(execution({}, terms)))
  return ids
}

export const mine = async (blocks = 1) => {
  for (let block = 0; block < blocks; block++) {
    await evm.rpc('anvil_setNextBlockBaseFeePerGas', [toHex(baseFeeWei)])
    await evm.rpc('evm_mine', [])
  }
  // The fee that nodes quote for the block after it.
  await evm.rpc('anvil_setNextBlockBaseFeePerGas', [toHex(baseFeeWei)])
  await faulty.pool.sync()
}

let baseFeeWei = gwei

/** From the next block on, until it is set again. */
export const setBaseFee = (wei: bigint) => void (baseFeeWei = wei)

/** Gives or takes money so that an account holds this much. */
export async function setFunds(wei: bigint, of: Address = signer.address): Promise<void> {
  const before = BigInt(await evm.rpc<Hex>('eth_getBalance', [of, 'latest']))
  await evm.rpc('anvil_setBalance', [of, toHex(wei)])
  const account = of.toLowerCase()
  fundedWei.set(account, (fundedWei.get(account) ?? 0n) + wei - before)
}

/** Lets time pass for everything in the database, as its clock would: leases, delays, deadlines, the age of attempts. */
export async function pass(ms: number): Promise<void> {
  const by = sql`make_interval(secs => ${ms / 1000})`
  await db.execute(sql`
    UPDATE transaction SET created_at = created_at - ${by}, due_at = due_at - ${by}, lease_until = lease_until - ${by},
      deadline_at = deadline_at - ${by}, speed_up_asked_at = speed_up_asked_at - ${by}`)
  await db.execute(sql`
    UPDATE attempt SET signed_at = signed_at - ${by}, first_broadcast_at = first_broadcast_at - ${by},
      last_broadcast_at = last_broadcast_at - ${by}`)
}

/** Runs the background tasks once. */
export async function drive(): Promise<void> {
  await submitDue(ctx, 10_000)
  await trackDue(ctx, 10_000)
}

/** A process prices what it signs first by a market that it read within the last second, and that one is real. */
export const forgetMarket = () => new Promise((resolve) => setTimeout(resolve, 1_050))

/** The next block comes, time passes, and the drivers look at it. */
export async function turn(blocks = 1): Promise<void> {
  for (let block = 0; block < blocks; block++) {
    await mine()
    await pass(blockMs)
    await drive()
  }
}

export type Row = {
  id: string
  status: string
  nonce: bigint | null
  hash: Hex | null
  error: string | null
  heldReason: string | null
  epoch: number
  attempts: {
    hash: Hex
    seq: number
    kind: string
    answer: string | null
    broadcasts: number
    maxFee: bigint
    tip: bigint
  }[]
  events: string[]
}

export async function look(id: string): Promise<Row> {
  const [row] = await db.query<Omit<Row, 'attempts' | 'events'>>(
    sql`SELECT id, status, nonce, hash, error, held_reason AS "heldReason", epoch FROM transaction WHERE id = ${id}::uuid`,
  )
  if (!row) throw new Error('no such transaction')
  const attempts = await db.query<Row['attempts'][number]>(sql`
    SELECT hash, seq, kind, answer, broadcasts, max_fee_per_gas AS "maxFee", tip_per_gas AS tip
    FROM attempt WHERE transaction_id = ${id}::uuid ORDER BY seq`)
  const events = await db.query<{ type: string }>(
    sql`SELECT type FROM audit_event WHERE transaction_id = ${id}::uuid ORDER BY seq`,
  )
  return { ...row, attempts, events: events.map(({ type }) => type.replace('transaction.', '')) }
}

/** The stored bytes of an attempt. */
export async function rawOf(hash: Hex): Promise<Hex> {
  const [row] = await db.query<{ raw: Buffer }>(sql`SELECT raw FROM attempt WHERE hash = ${hash}`)
  return toHex(row?.raw ?? new Uint8Array())
}

export const lookAll = (ids: readonly string[]) => Promise.all(ids.map(look))

/** Turns until every row is as it should be. @throws Error with the rows when that takes too long. */
export async function turnUntil(ids: readonly string[], done: (row: Row) => boolean, turnsMax = 60): Promise<Row[]> {
  for (let turns = 0; ; turns++) {
    const rows = await lookAll(ids)
    if (rows.every(done)) return rows
    if (turns === turnsMax) throw new Error(`not after ${turns} blocks: ${rows.map(describe).join('; ')}`)
    await turn()
  }
}

const describe = ({ status, nonce, error, heldReason, attempts }: Row) =>
  `${status} nonce ${nonce} ${error ?? heldReason ?? ''} [${attempts.map(({ kind, answer }) => `${kind} ${answer}`).join(', ')}]`

export const isOver = ({ status }: Row) => ['final', 'reverted', 'failed', 'expired', 'cancelled'].includes(status)

/** Heals every provider and waits until every call has ended. */
export async function settle(): Promise<Verdict> {
  faulty.heal()
  await turnUntil(
    asked.map(({ id }) => id),
    isOver,
  )
  return judge(evm, { network, asked, fromBlock, fundedWei })
}

/** The verdict when every call had its effect. */
export const allLanded = (count: number) => ({ asked: count, landed: count, ...clean })
export const clean = { doubled: [], lost: [], wrong: [], gaps: [], unbalanced: [] }
