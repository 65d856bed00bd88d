import type { Address } from 'viem'
import { encodeFunctionData } from 'viem/utils'
import { sendFromFaucet, startAnvil, type Anvil } from './anvil'
import { tokenAbi, tokenBalance } from './evm'

/** viem's `tempoLocalnet`. */
export const tempoNetwork = 'eip155:1337'
export const pathUsd: Address = '0x20C0000000000000000000000000000000000000'

export type TempoOptions = {
  port?: number
  /** Kept between runs when given. */
  stateFile?: string
  logFile: string
}

/**
 * The local Tempo chain. Hardfork T4: earlier ones lose the second transaction of an expiring nonce. A block every
 * second: clients sign transactions that are valid for 25 s only, which a stale block time would refuse.
 */
export function startTempo(options: TempoOptions): Promise<Anvil> {
  const args = ['--network', 'tempo', '--hardfork', 'T4', '--block-time', '1']
  return startAnvil({ name: 'tempo chain', chainId: 1337, args, ...options })
}

/** Makes sure that an address has at least `minBase` pathUSD (base units, six decimals); fees are paid in it too. */
export async function fundPathUsd(anvil: Anvil, to: Address, minBase: bigint): Promise<void> {
  const balanceBase = await tokenBalance(anvil, pathUsd, to)
  if (balanceBase >= minBase) return
  const data = encodeFunctionData({ abi: tokenAbi, functionName: 'transfer', args: [to, minBase - balanceBase] })
  await sendFromFaucet(anvil.rpc, pathUsd, data)
}
