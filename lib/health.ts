import { readRpc, servedNetworks, Svm } from '@/lib/chains'
import { db, runFor, sql } from '@/lib/db'
import { Caip, type Caip2 } from '@/lib/money'

/** The reachability of everything that money depends on. Contains no addresses, because the page is public. */
export type ServerHealth = {
  ok: boolean
  database: 'up' | 'down'
  /** By CAIP-2 network: the newest block, or null if no endpoint answers. */
  networks: Record<string, { status: 'up' | 'down'; blockNumber: string | null }>
}

const patienceMs = 2_500

/** The page is public and has no rate limit: an answer is reused for this long. */
const keptMs = 1_000

let last: { atMs: number; health: Promise<ServerHealth> } | undefined

/**
 * Checks the database and every network, at most once a second. Takes at most three seconds and never throws. Uses the
 * connections of sales, because those are checked, and a slow page must not make a process look dead.
 */
export function checkHealth(): Promise<ServerHealth> {
  if (!last || performance.now() - last.atMs > keptMs)
    last = { atMs: performance.now(), health: runFor('sales', check) }
  return last.health
}

async function check(): Promise<ServerHealth> {
  const [database, ...networks] = await Promise.all([
    within(db.query(sql`SELECT 1`)),
    ...servedNetworks().map(async (network) => {
      const blockNumber = await within(readHeight(network))
      return [network, blockNumber] as const
    }),
  ])
  return {
    ok: database !== undefined && networks.every(([, blockNumber]) => blockNumber !== undefined),
    database: database === undefined ? 'down' : 'up',
    networks: Object.fromEntries(
      networks.map(([network, blockNumber]) => [
        network,
        { status: blockNumber === undefined ? 'down' : 'up', blockNumber: blockNumber?.toString() ?? null },
      ]),
    ),
  }
}

async function readHeight(network: Caip2): Promise<bigint> {
  return Caip.isSolana(network)
    ? Svm.readBlockHeight(network)
    : BigInt(await readRpc<string>(network, 'eth_blockNumber', []))
}

async function within<Value>(work: Promise<Value>): Promise<Value | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), patienceMs)))
  return Promise.race([work.catch(() => undefined), limit]).finally(() => clearTimeout(timer))
}
