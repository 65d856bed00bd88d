import { log } from '../log'
import { Chain, Erc20, readRpc, Svm } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'

const freshMs = 30_000

const balances = new Map<string, { atMs: number; base: bigint }>()

/**
 * The balance that an address can pay fees with, in base units, at most half a minute old; undefined if it cannot be
 * read now.
 */
export async function readGas(network: Caip2, address: string): Promise<bigint | undefined> {
  const key = `${network}|${address}`
  const known = balances.get(key)
  if (known && performance.now() - known.atMs < freshMs) return known.base
  try {
    const base = await read(network, address)
    balances.set(key, { atMs: performance.now(), base })
    return base
  } catch (error) {
    log().warn({ err: error, network }, 'a balance could not be read')
    return undefined
  }
}

async function read(network: Caip2, address: string): Promise<bigint> {
  const { family, assets } = Chain.get(network)
  if (family === 'svm') return Svm.readLamports(network, address)
  if (family === 'evm') return BigInt(await readRpc<string>(network, 'eth_getBalance', [address, 'latest']))
  const call = { to: assets[0].address, data: Erc20.balanceOfData(address) }
  return BigInt(await readRpc<string>(network, 'eth_call', [call, 'latest']))
}
