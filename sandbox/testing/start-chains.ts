import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { batchSettlementContracts } from '../batch-settlement'
import { compile } from '../compile'
import { permit2Contracts } from '../permit2'

declare module 'vitest' {
  interface ProvidedContext {
    /** Compiled contracts and the chains' logs; gone after the run. */
    chainsDir: string
  }
}

const contracts = [
  'Usdc',
  ...Object.keys({ ...permit2Contracts, ...batchSettlementContracts }),
  'ChannelReserve',
  'Counter',
  'Guestbook',
]

/** Once for a run: compiles the contracts, so that each file's chain starts in a moment. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(path.join(tmpdir(), 'sluice-chains-'))
  for (const contract of contracts) compile(contract, dir)
  project.provide('chainsDir', dir)
  return () => rm(dir, { recursive: true, force: true })
}
