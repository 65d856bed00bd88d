import { keccak256, numberToHex, toHex, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { createCtx } from '@/lib/ctx'
import { db, sql, withTransaction } from '@/lib/db'
import { cancelTransaction, enqueueTransaction, ensureSigners } from '@/lib/execution'
import type { Anvil } from '../anvil'
import { counter, executeData, putCounter } from '../counter'
import { chainLog, fundGas, startEvm } from '../evm'
import { startFaultyNetwork, type FaultyNetwork } from '../faults/network'
import { between, oneOf, randomOf, type Random } from '../faults/random'
import { clients } from '../faults/refusals'
import type { Asked } from '../faults/verdict'
import { setChains } from '../testing/chains'
import { startMoney, type Money } from './money'

export const network = 'eip155:84532'
export const ctx = createCtx({ kind: 'system', id: 'chaos' })
export const providers = 3
/** The last one is poor. */
export const signers = 3

const gwei = 1_000_000_000n
const richWei = 10n ** 19n
/** A few transactions, then it has to wait for more. */
const poorWei = 2n * 10n ** 15n
const valueWei = 1n
/** The key of anvil's first account, which is rich. */
const faucet = privateKeyToAccount('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80')

/** A chain with a block a second behind three faulty providers, and what is asked of it: calls, refunds, channels. */
export type World = {
  anvil: Anvil
  faulty: FaultyNetwork
  asked: readonly Asked[]
  fundedWei: ReadonlyMap<string, bigint>
  money: Money
  /** Queues one call of the counter on random terms. */
  ask(): Promise<void>
  /** Queues calls at an interval until it is stopped. */
  askEvery(ms: number): () => Promise<void>
  /** The next block's base fee is so many times the newest one's. */
  spike(factor: number): Promise<void>
  reorganise(depth: number): Promise<void>
  /** Signs and sends something with a signer's key, past the engine. */
  useKey(signer: number): Promise<void>
  /** Gives the poor signer more. */
  topUp(): Promise<void>
  stop(): Promise<void>
}

/** Sets the environment of this process and of its workers. DATABASE_URL must name a migrated database. */
export async function startWorld(seed: number, dir: string): Promise<World> {
  const random = randomOf(`world ${seed}`)
  const anvil = await startChain(dir)
  const accounts = Array.from({ length: signers }, () => {
    const privateKey = generatePrivateKey()
    return { privateKey, account: privateKeyToAccount(privateKey) }
  })
  const fundedWei = new Map<string, bigint>()
  for (const [index, { account }] of accounts.entries()) {
    const wei = index === signers - 1 ? poorWei : richWei
    await anvil.rpc('anvil_setBalance', [account.address, toHex(wei)])
    fundedWei.set(account.address.toLowerCase(), wei)
  }
  await putCounter(anvil, dir)
  const refundKey = generatePrivateKey()
  process.env.REFUND_PRIVATE_KEY = refundKey
  process.env.SETTLEMENT_PRIVATE_KEY = generatePrivateKey()
  for (const key of [refundKey, process.env.SETTLEMENT_PRIVATE_KEY as Hex])
    await fundGas(anvil, privateKeyToAccount(key).address, richWei)
  // No reorganisation reaches down to what was set.
  await anvil.rpc('anvil_mine', ['0x10'])
  const client = oneOf(random, clients)
  const faulty = await startFaultyNetwork(anvil.url, { seed, providers, isStrict: true, client })
  process.env.NETWORKS = JSON.stringify({ [network]: { rpcUrls: faulty.urls } })
  process.env.SIGNERS = JSON.stringify(
    accounts.map(({ privateKey }) => ({ kind: 'env', purpose: 'execution', privateKey })),
  )
  await ensureSigners(ctx)
  setChains({ evm: anvil, tempo: anvil })
  const money = await startMoney(anvil, random, privateKeyToAccount(refundKey).address)
  await anvil.rpc('evm_setAutomine', [false])
  await anvil.rpc('evm_setIntervalMining', [1])
  const keeper = setInterval(() => void keepBaseFee(anvil).catch(() => undefined), 500)
  const asked: Asked[] = []
  const keys = accounts.map(({ account }) => account)
  const poor = keys[signers - 1] as PrivateKeyAccount
  const world: World = {
    ...{ anvil, faulty, asked, fundedWei, money },
    async ask() {
      await askOne(random, keys, asked)
      if (random() < 0.3) await money.oweRefund()
      await money.spendOnce()
    },
    askEvery: (ms) => every(ms, world.ask),
    async spike(factor) {
      const now = await baseFee(anvil)
      await anvil.rpc('anvil_setNextBlockBaseFeePerGas', [numberToHex(now * BigInt(factor))])
    },
    async reorganise(depth) {
      await anvil.rpc('anvil_reorg', [depth, []])
      await faulty.pool.sync()
    },
    useKey: (signer) => transfer(faulty, keys[signer % signers] ?? poor, poor, 0n),
    async topUp() {
      await transfer(faulty, faucet, poor, richWei)
      const address = poor.address.toLowerCase()
      fundedWei.set(address, (fundedWei.get(address) ?? 0n) + richWei)
    },
    async stop() {
      clearInterval(keeper)
      await faulty.stop()
      await anvil.stop()
    },
  }
  return world
}

/** Final after eight blocks: deeper than any reorganisation. */
function startChain(dir: string): Promise<Anvil> {
  return startEvm({ slotsInEpoch: 4, blockSeconds: 1, cacheDir: dir, logFile: chainLog(dir, 'chaos') })
}

async function baseFee({ rpc }: Anvil): Promise<bigint> {
  return BigInt((await rpc<{ baseFeePerGas: Hex }>('eth_getBlockByNumber', ['latest', false])).baseFeePerGas)
}

/** Empty blocks make it cheaper and cheaper; a spike falls as it should. */
async function keepBaseFee(anvil: Anvil): Promise<void> {
  if ((await baseFee(anvil)) < gwei) await anvil.rpc('anvil_setNextBlockBaseFeePerGas', [numberToHex(gwei)])
}

async function askOne(random: Random, keys: readonly PrivateKeyAccount[], asked: Asked[]): Promise<void> {
  const intentId = keccak256(toHex(`chaos ${asked.length}`))
  const isHurried = random() < 0.05
  const isWithdrawn = random() < 0.03
  const { id } = await withTransaction((tx) =>
    enqueueTransaction(tx, ctx, {
      ...{ kind: 'call', network, purpose: 'execution', to: counter, data: executeData(intentId), value: valueWei },
      signer: oneOf(random, keys).address,
      terms: {
        urgency: oneOf(random, ['slow', 'standard', 'fast', 'urgent'] as const),
        // Some cannot pay for a spike, and wait.
        ...(random() < 0.2 && { maxFeeWei: 150_000n * 5n * gwei }),
        ...(isHurried && { deadlineMs: Date.now() + between(random, 5_000, 30_000) }),
      },
    }),
  )
  asked.push({ id, intentId, valueWei })
  // It may or may not come in time.
  if (isWithdrawn)
    setTimeout(() => void cancelTransaction(ctx, { id, reason: 'Withdrawn.' }).catch(() => undefined), 2_000)
}

function every(ms: number, work: () => Promise<void>): () => Promise<void> {
  let isOn = true
  const loop = (async () => {
    while (isOn) {
      await work()
      await new Promise((resolve) => setTimeout(resolve, ms))
    }
  })()
  return async () => {
    isOn = false
    await loop
  }
}

/** By the pool that the providers share, so that a reorganisation brings it back. */
async function transfer(
  { pool }: FaultyNetwork,
  from: PrivateKeyAccount,
  to: PrivateKeyAccount,
  value: bigint,
): Promise<void> {
  const nonce = Number(await pool.pendingCount(from.address))
  const fees = { maxFeePerGas: 200n * gwei, maxPriorityFeePerGas: 2n * gwei }
  await pool.send(
    await from.signTransaction({ chainId: 84_532, nonce, to: to.address, value, gas: 21_000n, ...fees }),
    false,
  )
}

/** The number of queued calls that have ended. */
export async function countOpen(asked: readonly Asked[]): Promise<number> {
  const [row] = await db.query<{ open: number }>(sql`
    SELECT count(*)::int AS open FROM transaction
    WHERE id = ANY(${asked.map(({ id }) => id)}::uuid[])
      AND status NOT IN ('final', 'reverted', 'failed', 'expired', 'cancelled')`)
  return row?.open ?? 0
}
