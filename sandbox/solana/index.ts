import { programOf } from '../../scripts/compile.mjs'
import { rpcOf, type Anvil } from '../anvil'
import { startChild, waitFor } from '../child'
import { pickPort } from '../port'
import type { MainOptions } from './main'
import { associatedAccount, solanaNetwork, solanaUsdc } from './rpc'

export { associatedAccount, solanaNetwork, solanaUsdc }

export type Solana = Omit<Anvil, 'save'>

export type SolanaOptions = {
  /** Wished port; another one is taken when it is in use. */
  port?: number
  /** Folder that keeps it between runs. Without it the cluster starts empty and is forgotten. */
  stateDir?: string
  /** 400 when absent, as on Solana. */
  slotMs?: number
  /** Slots until one is finalized; 32 when absent, as on Solana. */
  finalSlots?: number
  logFile: string
}

/** Starts the local Solana cluster on 127.0.0.1 and waits until it answers. It ends with this process. */
export async function startSolana(options: SolanaOptions): Promise<Solana> {
  const { slotMs = 400, finalSlots = 32, stateDir, logFile } = options
  const program = programOf('sandbox/solana/main.ts')
  await program.compile()
  for (let attempt = 1; ; attempt++) {
    const port = await pickPort(attempt === 1 ? options.port : 0)
    const settings: MainOptions = { port, slotMs, finalSlots, ...(stateDir !== undefined && { stateDir }) }
    const child = startChild({
      name: 'solana cluster',
      command: process.execPath,
      args: ['--enable-source-maps', program.path, JSON.stringify(settings)],
      logFile,
      endSignal: 'SIGINT',
    })
    const url = `http://127.0.0.1:${port}`
    const rpc = rpcOf(url)
    try {
      await waitFor(child, 'it answered', () => rpc<string>('getGenesisHash', []))
      if (child.hasEnded()) throw new Error(`the solana cluster ended at start:\n${child.tail()}`)
    } catch (error) {
      await child.stop(1_000)
      if (attempt < 3 && /EADDRINUSE/.test(child.tail())) continue
      throw error
    }
    return { url, port, rpc, child, stop: () => child.stop(5_000) }
  }
}

/** Makes sure that an address has at least `minLamports`. */
export async function fundSol({ rpc }: Pick<Solana, 'rpc'>, owner: string, minLamports: bigint): Promise<void> {
  await rpc('sandbox_fund', [{ owner, lamports: minLamports.toString() }])
}

/** Makes sure that an address has an account for USDC with at least `minBase` in it (base units, six decimals). */
export async function fundSolanaUsdc({ rpc }: Pick<Solana, 'rpc'>, owner: string, minBase: bigint): Promise<void> {
  await rpc('sandbox_fund', [{ owner, tokensBase: minBase.toString() }])
}

/** USDC of an address, base units; 0 where it has no account for it. */
export async function solanaUsdcBalance({ rpc }: Pick<Solana, 'rpc'>, owner: string): Promise<bigint> {
  const account = await associatedAccount(owner)
  const config = { commitment: 'processed' }
  const known = await rpc<{ value: unknown }>('getAccountInfo', [account, config])
  if (known.value === null) return 0n
  const { value } = await rpc<{ value: { amount: string } }>('getTokenAccountBalance', [account, config])
  return BigInt(value.amount)
}
