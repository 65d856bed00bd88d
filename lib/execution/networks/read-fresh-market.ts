import { numberToHex, type Hex } from 'viem'
import { Chain, readRpc, RpcError } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'
import * as Fee from '../Fee'

/** Reads the market at the newest head, and caches it for other callers. */
export function readFreshMarket(network: Caip2): Promise<Fee.FeeMarket> {
  const market = read(network)
  markets.set(network, { atMs: performance.now(), market })
  market.catch(() => markets.delete(network))
  return market
}

async function read(network: Caip2): Promise<Fee.FeeMarket> {
  const { minTipWei } = Chain.evm(network)
  try {
    const history = await readRpc<Fee.FeeHistory>(network, 'eth_feeHistory', [
      numberToHex(Fee.historyBlocks),
      'latest',
      Fee.percentiles,
    ])
    // Some nodes return zeros where blocks have no base fee.
    if (BigInt(history.baseFeePerGas.at(-1) ?? '0x0') > 0n) return Fee.readHistory(history, minTipWei)
  } catch (error) {
    if (!(error instanceof RpcError)) throw error
  }
  return readWithoutHistory(network, minTipWei)
}

/** A node without fee history does not mean a calm market: assume that the next base fee is an eighth higher. */
async function readWithoutHistory(network: Caip2, minTipWei: bigint): Promise<Fee.FeeMarket> {
  type Block = { number: Hex; baseFeePerGas?: Hex }
  const block = await readRpc<Block>(network, 'eth_getBlockByNumber', ['latest', false])
  const number = BigInt(block.number)
  if (block.baseFeePerGas === undefined)
    return Fee.fromGasPrice(BigInt(await readRpc<Hex>(network, 'eth_gasPrice', [])), number)
  const tip = BigInt(await readRpc<Hex>(network, 'eth_maxPriorityFeePerGas', []))
  return Fee.withoutHistory((BigInt(block.baseFeePerGas) * 9n) / 8n + 1n, tip > minTipWei ? tip : minTipWei, number)
}

export const markets = new Map<Caip2, { atMs: number; market: Promise<Fee.FeeMarket> }>()
