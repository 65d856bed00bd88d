import { formatEther, type Hex } from 'viem'
import { Chain, readRpc } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import type * as Transaction from '../Transaction'

/** For so many blocks a balance counts, less what was signed for since. Should it go elsewhere meanwhile, a node says so when it is sent. */
const ageMaxBlocks = 3
// With this many times the need at hand, what is in flight is not worth a query.
const ample = 100n

const balances = new Map<string, { atMs: number; wei: bigint }>()

/**
 * Why the signer cannot pay `neededWei` for gas and value beside what it has in flight, or undefined when it can.
 * @throws TransportError | RpcError when its balance cannot be read.
 */
export async function missingFunds(
  { network, signer }: Transaction.Transaction,
  neededWei: bigint,
): Promise<string | undefined> {
  const { family, gasSymbol, blockTimeMs } = Chain.get(network)
  // Tempo takes fees in tokens and answers no true balance here; its simulation and its answer to a send tell.
  if (family === 'tempo') return undefined
  const key = `${network}|${signer}`
  const known = balances.get(key)
  if (known && performance.now() - known.atMs < ageMaxBlocks * blockTimeMs && known.wei >= neededWei * ample) {
    known.wei -= neededWei
    return undefined
  }
  const wei = BigInt(await readRpc<Hex>(network, 'eth_getBalance', [signer, 'latest']))
  balances.set(key, { atMs: performance.now(), wei: wei - neededWei })
  if (wei >= neededWei * ample) return undefined
  const committedWei = await inFlight(network, signer)
  if (wei >= neededWei + committedWei) return undefined
  const missing = formatEther(neededWei + committedWei - wei)
  return `${signer} needs ${missing} ${gasSymbol} more for gas (it holds ${formatEther(wei)})`
}

/** Most that the signer's open transactions may still cost, in wei. */
async function inFlight(network: string, signer: string): Promise<bigint> {
  const [row] = await db.query<{ wei: bigint }>(sql`
    SELECT coalesce(sum(t.value + cost.wei), 0) AS wei
    FROM transaction t,
      LATERAL (SELECT max(a.gas * a.max_fee_per_gas) AS wei FROM attempt a WHERE a.transaction_id = t.id) cost
    WHERE t.network = ${network} AND t.signer = ${signer} AND t.kind <> 'raw' AND t.nonce IS NOT NULL
      AND t.status IN ('signed', 'submitted', 'held')`)
  return row?.wei ?? 0n
}
