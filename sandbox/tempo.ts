import type { Address } from 'viem'
import { encodeFunctionData } from 'viem/utils'
import { rpcOf, sendFromFaucet, startAnvil, type Anvil } from './anvil'
import { channelReserve } from './channel-reserve'
import { compile } from './compile'
import { putCode, tokenAbi, tokenBalance } from './evm'
import { startTempoShim, type TempoShim } from './tempo-shim'

/** viem's `tempoLocalnet`. */
export const tempoNetwork = 'eip155:1337'
export const pathUsd: Address = '0x20C0000000000000000000000000000000000000'

export type TempoOptions = {
  port?: number
  /** Kept between runs when given. */
  stateFile?: string
  logFile: string
  /** Where the compiled channel reserve is kept. */
  cacheDir: string
}

/**
 * The local Tempo chain, with the channel reserve of TIP-1034 at its address. Hardfork T4: earlier ones lose the second
 * transaction of an expiring nonce. A block every second: clients sign transactions that are valid for 25 s only, which
 * a stale block time would refuse. `url`, `port` and `rpc` are those of a shim in front of anvil (tempo-shim.ts).
 */
export async function startTempo(options: TempoOptions): Promise<Anvil> {
  const { cacheDir, port, ...anvilOptions } = options
  const code = compile('ChannelReserve', cacheDir)
  const args = ['--network', 'tempo', '--hardfork', 'T4']
  const anvil = await startAnvil({ name: 'tempo chain', chainId: 1337, args, blockSeconds: 1, ...anvilOptions })
  try {
    await putCode(anvil, channelReserve, code)
    // Never an empty balance: its first token would cost a new slot, for which clients leave no gas.
    await fundPathUsd(anvil, channelReserve, 1n)
    return withShim(anvil, await startTempoShim(anvil.url, port))
  } catch (error) {
    await anvil.stop()
    throw error
  }
}

function withShim(anvil: Anvil, shim: TempoShim): Anvil {
  return {
    ...anvil,
    url: shim.url,
    port: shim.port,
    rpc: rpcOf(shim.url),
    async stop() {
      await shim.stop()
      await anvil.stop()
    },
  }
}

/** Makes sure that an address has at least `minBase` pathUSD (base units, six decimals); fees are paid in it too. */
export async function fundPathUsd(anvil: Anvil, to: Address, minBase: bigint): Promise<void> {
  const balanceBase = await tokenBalance(anvil, pathUsd, to)
  if (balanceBase >= minBase) return
  const data = encodeFunctionData({ abi: tokenAbi, functionName: 'transfer', args: [to, minBase - balanceBase] })
  await sendFromFaucet(anvil.rpc, pathUsd, data)
}
