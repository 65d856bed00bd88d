import { size, type Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import { evm } from './Chain'
import { readRpc } from './rpc'
import { bytesWords, uintWord } from './word'

/** The OP stack's GasPriceOracle has this address on all of its chains. */
const gasPriceOracle = '0x420000000000000000000000000000000000000F'
/** Selector of getL1Fee(bytes). */
const getL1Fee = '0x49948e0e'
const absentMs = 10 * 60_000

const absentUntilMs = new Map<Caip2, number>()

/**
 * The current fee of a serialised transaction's bytes on the chain below, wei; a signature takes about 65 of them. 0 if
 * gas covers everything, and on a development chain that has an OP chain's id but not its contracts.
 * @throws RpcError | TransportError if it cannot be read.
 */
export async function readL1Fee(network: Caip2, bytes: Hex): Promise<bigint> {
  if (evm(network).l1Fee === undefined || performance.now() < (absentUntilMs.get(network) ?? 0)) return 0n
  const data = `${getL1Fee}${uintWord(32)}${bytesWords(bytes.slice(2))}`
  const answer = await readRpc<Hex>(network, 'eth_call', [{ to: gasPriceOracle, data }, 'latest'])
  if (size(answer) > 0) return BigInt(answer)
  absentUntilMs.set(network, performance.now() + absentMs)
  return 0n
}
