import type { Hex } from 'viem'
import type { Entry, Log } from './log'
import { nodeAt } from './node'
import { startPool, type Pool, type PoolOptions } from './pool'
import { startProvider, type Provider } from './provider'
import type { Client } from './refusals'

export type FaultyNetworkOptions = {
  /** Everything random depends on it. */
  seed: number
  /** Public providers; 3 when absent. */
  providers?: number
  /** Besides, one whose transactions no public pool sees. */
  hasPrivate?: boolean
  /** Whose words the pool uses; geth's when absent. */
  client?: Client
  isStrict?: boolean
  slots?: PoolOptions['slots']
}

/** One chain, the pool that its nodes share, and several providers in front of it, each with its own faults. */
export type FaultyNetwork = {
  /** The public ones. They are called p0, p1, … */
  providers: readonly Provider[]
  /** Of the public ones, in order: what NETWORKS wants. */
  urls: readonly string[]
  private: Provider | undefined
  pool: Pool
  log: Log
  /** A public provider by its number. @throws RangeError when there is none. */
  provider(number: number): Provider
  /** Takes all rules of all providers away. */
  heal(): void
  stop(): Promise<void>
}

/** Puts faulty providers in front of an anvil. */
export async function startFaultyNetwork(nodeUrl: string, options: FaultyNetworkOptions): Promise<FaultyNetwork> {
  const { seed, providers: count = 3, hasPrivate = false, client = 'geth', isStrict = false, slots } = options
  const node = nodeAt(nodeUrl)
  const log: Log = []
  const startedAtMs = performance.now()
  const note = (entry: Entry) => void log.push({ ...entry, atMs: Math.round(performance.now() - startedAtMs) })
  const chainId = Number(await node.read<Hex>('eth_chainId', []))
  const pool = startPool(node, { client, isStrict, chainId, note, ...(slots && { slots }) })
  const start = (name: string, isPrivate: boolean) =>
    startProvider({ name, isPrivate, seed: String(seed), node, pool, note })
  const providers = await Promise.all(Array.from({ length: count }, (_, index) => start(`p${index}`, false)))
  const secret = hasPrivate ? await start('private', true) : undefined
  const allProviders = [...providers, ...(secret ? [secret] : [])]
  return {
    providers,
    urls: providers.map(({ url }) => url),
    private: secret,
    pool,
    log,
    provider(number) {
      const found = providers[number]
      if (!found) throw new RangeError(`there is no provider ${number}`)
      return found
    },
    heal: () => allProviders.forEach((provider) => provider.heal()),
    async stop() {
      pool.stop()
      await Promise.all(allProviders.map((provider) => provider.stop()))
      await node.close()
    },
  }
}
