import path from 'node:path'
import { hexToBigInt, numberToHex, toHex, type Address, type Hex } from 'viem'
import { decodeFunctionData, encodeFunctionData } from 'viem/utils'
import type { Anvil } from '../sandbox/anvil'
import { counter, counterAbi, putCounter } from '../sandbox/counter'
import { startEvm } from '../sandbox/evm'
import { startFaultyNetwork, type FaultyNetwork } from '../sandbox/faults/network'

/**
 * What bench/execution.ts sends to: an anvil whose blocks come on a beat, behind geth's pool rules and three providers. Every
 * call is to the counter contract, which refuses to have an effect twice, so that the blocks alone show its outcome.
 */
export type Chain = {
  network: FaultyNetwork
  /** Gives each account 100 ETH. */
  fund(accounts: readonly Address[]): Promise<void>
  /** From the next block on. Wei per gas. */
  setBaseFee(wei: bigint): void
  blockNumber(): Promise<bigint>
  /** Reads the blocks from one on. */
  judge(fromBlock: bigint, asked: ReadonlyMap<Hex, Asked>): Promise<Judged>
  /** Number of calls to all providers so far. */
  calls(): number
  stop(): Promise<void>
}

/** A call that was asked for, when, and who was to sign it. */
export type Asked = { atMs: number }

export type Judged = {
  /** From the request to the block that holds its effect, in milliseconds, shortest first. */
  latencies: number[]
  /** Included again, which the contract refused. */
  doubled: number
  /** From the first request to the last effect. */
  seconds: number
  /** Fees paid above the block's base fee and the lowest tip in the same block. */
  overpaidWei: bigint
  paidWei: bigint
  /** Every sender's transactions are in the order of their nonces, without a gap. */
  isOrdered: boolean
}

export const calmWei = 1_000_000_000n
const fundsWei = 100n * 10n ** 18n

/** @param blockMs between blocks; the chain's own clock runs ahead when it is under a second. */
export async function startChain(dataDir: string, blockMs: number): Promise<Chain> {
  const evm = await startEvm({ cacheDir: dataDir, logFile: path.join(dataDir, 'evm.log') })
  await putCounter(evm, dataDir)
  await evm.rpc('evm_setAutomine', [false])
  await evm.rpc('evm_setIntervalMining', [0])
  const network = await startFaultyNetwork(evm.url, { seed: 1 })
  const minedAtMs = new Map<bigint, number>()
  let baseFeeWei = calmWei
  let isStopping = false
  const beat = async () => {
    for (let at = performance.now(); !isStopping; at += blockMs) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, at - performance.now())))
      await mine(evm, baseFeeWei)
      minedAtMs.set(hexToBigInt(await evm.rpc<Hex>('eth_blockNumber', [])), performance.now())
      await network.pool.sync()
    }
  }
  const mining = beat()
  return {
    network,
    setBaseFee: (wei) => void (baseFeeWei = wei),
    blockNumber: async () => hexToBigInt(await evm.rpc<Hex>('eth_blockNumber', [])),
    judge: (fromBlock, asked) => judge(evm, fromBlock, asked, minedAtMs),
    calls: () => network.providers.reduce((sum, { calls }) => sum + [...calls.values()].reduce((a, b) => a + b, 0), 0),
    async fund(accounts) {
      for (const account of accounts) await evm.rpc('anvil_setBalance', [account, toHex(fundsWei)])
    },
    async stop() {
      isStopping = true
      await mining
      await network.stop()
      await evm.stop()
    },
  }
}

/** Sets the base fee of the next block before and after: between the two, nodes must quote it. */
async function mine({ rpc }: Anvil, baseFeeWei: bigint): Promise<void> {
  await rpc('anvil_setNextBlockBaseFeePerGas', [toHex(baseFeeWei)])
  await rpc('evm_mine', [])
  await rpc('anvil_setNextBlockBaseFeePerGas', [toHex(baseFeeWei)])
}

/** The call that has one effect, for ever. */
export function effectData(intentId: Hex): Hex {
  return encodeFunctionData({ abi: counterAbi, functionName: 'execute', args: [intentId] })
}

type Block = {
  baseFeePerGas: Hex
  transactions: readonly { hash: Hex; from: Address; to: Address | null; nonce: Hex; input: Hex }[]
}
type Receipt = { transactionHash: Hex; status: Hex; gasUsed: Hex; effectiveGasPrice: Hex }

async function judge(
  { rpc }: Anvil,
  fromBlock: bigint,
  asked: ReadonlyMap<Hex, Asked>,
  minedAtMs: ReadonlyMap<bigint, number>,
): Promise<Judged> {
  const landedAtMs = new Map<Hex, number>()
  const nonces = new Map<string, bigint>()
  const judged: Judged = { latencies: [], doubled: 0, seconds: 0, overpaidWei: 0n, paidWei: 0n, isOrdered: true }
  const head = hexToBigInt(await rpc<Hex>('eth_blockNumber', []))
  for (let number = fromBlock; number <= head; number++) {
    const block = await rpc<Block>('eth_getBlockByNumber', [numberToHex(number), true])
    if (block.transactions.length === 0) continue
    const receipts = await rpc<readonly Receipt[]>('eth_getBlockReceipts', [numberToHex(number)])
    const tips = receipts.map(({ effectiveGasPrice }) => BigInt(effectiveGasPrice) - BigInt(block.baseFeePerGas))
    const fairWei = BigInt(block.baseFeePerGas) + tips.reduce((least, tip) => (tip < least ? tip : least))
    const receiptOf = new Map(receipts.map((receipt) => [receipt.transactionHash, receipt]))
    for (const { hash, from, to, nonce, input } of block.transactions) {
      const receipt = receiptOf.get(hash)
      if (!receipt) throw new Error(`${hash} has no receipt`)
      judged.isOrdered &&= BigInt(nonce) === (nonces.get(from) ?? BigInt(nonce) - 1n) + 1n
      nonces.set(from, BigInt(nonce))
      const gas = BigInt(receipt.gasUsed)
      judged.paidWei += gas * BigInt(receipt.effectiveGasPrice)
      judged.overpaidWei += gas * (BigInt(receipt.effectiveGasPrice) - fairWei)
      if (to?.toLowerCase() !== counter.toLowerCase()) continue
      const intentId = decodeFunctionData({ abi: counterAbi, data: input }).args[0]
      if (intentId === undefined || !asked.has(intentId)) continue
      if (receipt.status === '0x1') landedAtMs.set(intentId, minedAtMs.get(number) ?? performance.now())
      else judged.doubled++
    }
  }
  const firstMs = Math.min(...[...asked.values()].map(({ atMs }) => atMs))
  judged.seconds = (Math.max(firstMs, ...landedAtMs.values()) - firstMs) / 1000
  judged.latencies = [...landedAtMs].map(([intentId, atMs]) => atMs - (asked.get(intentId)?.atMs ?? atMs))
  judged.latencies.sort((one, other) => one - other)
  return judged
}
