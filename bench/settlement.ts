import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { encodeFunctionData, pad, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { Abis } from 'viem/tempo'
import { closeDb, db, endHeartbeat, sql } from '@/lib/db'
import { ensureSigners } from '@/lib/execution'
import { startLoop } from '@/lib/jobs'
import { openChannel } from '@/lib/settlement'
import { migrate } from '../sandbox/migrate'
import { removePostgres, startPostgres } from '../sandbox/postgres'
import { fundPathUsd, pathUsd, startTempo, tempoNetwork } from '../sandbox/tempo'
import {
  balanceOf,
  ctx,
  fundedPayer,
  look,
  openSeller,
  signExpiring,
  signOpening,
  spend,
  toInput,
} from '../sandbox/testing/channel-fixture'
import { setChains } from '../sandbox/testing/chains'

/**
 * Many channels due at once, settled by the worker's own tasks on the local Tempo chain and a real PostgreSQL: transactions,
 * gas per channel and per voucher, beside one transaction per payment. Gas is that of the sandbox's contract, not of Tempo's
 * precompile; what a transaction costs before its first call is the same.
 *
 *   npm run bench:settlement -- [--channels 1000] [--vouchers 10]
 */
const { values } = parseArgs({
  options: { channels: { type: 'string', default: '1000' }, vouchers: { type: 'string', default: '10' } },
})
const channels = Number(values.channels)
const vouchers = Number(values.vouchers)
const priceBase = 1_000n
const payers = 20
const atOnce = 20

const root = path.dirname(import.meta.dirname)
const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-settlement-'))
fs.chmodSync(dataDir, 0o755)
const postgres = await startPostgres({ dataDir: path.join(dataDir, 'cluster') })
const tempo = await startTempo({ cacheDir: dataDir, logFile: path.join(dataDir, 'tempo.log') })
try {
  await prepare()
  await run()
} finally {
  await endHeartbeat().catch(() => undefined)
  await closeDb()
  await tempo.stop()
  await postgres.stop()
  removePostgres(path.join(dataDir, 'cluster'))
  fs.rmSync(dataDir, { recursive: true, force: true })
}
process.exit(0)

async function prepare(): Promise<void> {
  const signer = generatePrivateKey()
  const throwAway = 'a-throw-away-secret-of-32-bytes-or-more'
  Object.assign(process.env, {
    DATABASE_URL: postgres.url,
    PUBLIC_URL: 'http://bench.test',
    CHALLENGE_SECRET: throwAway,
    ENCRYPTION_SECRET: throwAway,
    CRON_SECRET: throwAway,
    AUDIT_PRIVATE_KEY: signer.slice(2),
    NETWORKS: JSON.stringify({ [tempoNetwork]: { rpcUrls: [tempo.url] } }),
    SETTLEMENT_PRIVATE_KEY: signer,
    LOG_LEVEL: 'warn',
  })
  await migrate(root, postgres.url)
  setChains({ evm: tempo, tempo })
  await fundPathUsd(tempo, privateKeyToAccount(signer).address, 1_000_000_000n)
  await ensureSigners(ctx)
}

async function run(): Promise<void> {
  const seller = await openSeller()
  // One after the other: they are all funded by one account.
  const agents: PrivateKeyAccount[] = []
  while (agents.length < payers) agents.push(await fundedPayer(1_000_000_000n))
  console.log(`Opening ${channels} channels, ${vouchers} vouchers each …`)
  await inParallel(channels, async (at) => {
    const payer = agents[at % payers]
    if (!payer) throw new Error('no payer')
    const opening = await signOpening(payer, seller.payee.address, { firstBase: priceBase })
    const opened = await openChannel(ctx, toInput(seller, opening), 30_000)
    if (opened.kind !== 'open') throw new Error(`a channel did not open: ${JSON.stringify(opened)}`)
    const channel = await look(opening.channelId)
    for (let voucher = 1; voucher <= vouchers; voucher++) await spend(payer, channel, BigInt(voucher) * priceBase)
  })
  await db.execute(sql`UPDATE channel SET opened_at = opened_at - interval '2 hours'`)

  const before = await balanceOf(seller.payee.address)
  const startedMs = performance.now()
  const loop = startLoop()
  await finished()
  const seconds = (performance.now() - startedMs) / 1000
  await loop.stop()
  const paidBase = (await balanceOf(seller.payee.address)) - before
  if (paidBase !== BigInt(channels * vouchers) * priceBase) throw new Error(`${paidBase} base units were paid`)
  report(await measure(), await gasOfPayment(seller.payee.address), seconds)
}

/** Until every batch is booked. */
async function finished(): Promise<void> {
  for (;;) {
    const [{ left } = { left: 1 }] = await db.query<{ left: number }>(sql`
      SELECT count(*)::int AS left FROM channel WHERE settled_base < spent_base OR settlement_id IS NOT NULL`)
    if (left === 0) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

type Measured = { transactions: number; gas: number; least: number; most: number }

async function measure(): Promise<Measured> {
  const [row] = await db.query<Measured>(sql`
    SELECT count(*)::int AS transactions, sum(t.gas_used)::float8 AS gas, min(b.size)::int AS least, max(b.size)::int AS most
    FROM settlement_batch b JOIN transaction t ON t.id = b.transaction_id WHERE b.status = 'applied'`)
  if (!row) throw new Error('nothing was settled')
  return row
}

/** A charge as MPP's clients pay it: a transfer with a memo, to a holder, on an expiring nonce. */
async function gasOfPayment(to: `0x${string}`): Promise<number> {
  const payer = await fundedPayer()
  const data = encodeFunctionData({
    abi: Abis.tip20,
    functionName: 'transferWithMemo',
    args: [to, priceBase, pad('0x01')],
  })
  const { bytes, hash } = await signExpiring(payer, data, pathUsd)
  await tempo.rpc('eth_sendRawTransaction', [bytes])
  for (let tries = 0; tries < 100; tries++) {
    const receipt = await tempo.rpc<{ status: Hex; gasUsed: Hex } | null>('eth_getTransactionReceipt', [hash])
    if (receipt?.status === '0x1') return Number(receipt.gasUsed)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('the payment was not included')
}

function report({ transactions, gas, least, most }: Measured, payment: number, seconds: number): void {
  const count = (value: number) => Math.round(value).toLocaleString('en')
  const perChannel = gas / channels
  console.log(`
${count(channels)} channels, ${count(channels * vouchers)} vouchers
  transactions            ${transactions} (of ${least} to ${most} channels)
  due, paid and booked    in ${seconds.toFixed(1)} s
  gas                     ${count(gas)}
  gas per channel         ${count(perChannel)}
  gas per voucher         ${count(perChannel / vouchers)} with ${vouchers} vouchers a channel; ${count(perChannel / 100)} with 100; ${count(perChannel / 500)} with 500
  one transaction per payment
    gas per payment       ${count(payment)}
    gas                   ${count(payment * channels * vouchers)}, ${(payment / (perChannel / vouchers)).toFixed(0)} times as much`)
}

async function inParallel(length: number, work: (at: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < length) await work(next++)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
