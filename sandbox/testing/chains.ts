import type { Anvil } from '../anvil'

type Chains = { evm: Anvil; tempo: Anvil }

const shared = globalThis as typeof globalThis & { sluiceTestChains?: Chains }

export function setChains(started: Chains): void {
  shared.sluiceTestChains = started
}

/** The chains of this test file, for funding payers and for holding, mining and losing blocks. */
export function chains(): Chains {
  if (!shared.sluiceTestChains) throw new Error('only a .chain.test.ts file has chains')
  return shared.sluiceTestChains
}
