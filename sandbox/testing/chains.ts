import type { Anvil } from '../anvil'
import type { Solana } from '../solana'

type Chains = {
  evm: Anvil
  tempo: Anvil
  /**
   * A second EVM chain, with Polygon's id. It starts when it is first asked for, with signers that can pay, and joins NETWORKS:
   * so ask before anything reads the environment.
   */
  polygon(): Promise<Anvil>
  /** A Solana cluster, as devnet; started, funded and served in the same way. */
  solana(): Promise<Solana>
}

const shared = globalThis as typeof globalThis & { sluiceTestChains?: Chains }

/** `more`: those that start when they are asked for. */
export function setChains(started: Pick<Chains, 'evm' | 'tempo'>, more?: Omit<Chains, 'evm' | 'tempo'>): void {
  const none = () => Promise.reject(new Error('this chain is not among those of this run'))
  shared.sluiceTestChains = { ...started, ...(more ?? { polygon: none, solana: none }) }
}

/** The chains of this test file, for funding payers and for holding, mining and losing blocks. */
export function chains(): Chains {
  if (!shared.sluiceTestChains) throw new Error('only a .chain.test.ts file has chains')
  return shared.sluiceTestChains
}
