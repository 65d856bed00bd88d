import { formatEther, type Hex } from 'viem'
import { Chain, readRpc } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import type * as Transaction from '../Transaction'

/**
 * A cached balance counts for this many blocks, less what was signed since. If the money leaves by another way, the
 * node refuses the bytes.
 */
const ageMaxBlocks = 3
// If the balance is this many times the need, the query for transactions in flight is skipped.
const ample = 100n

const balances = new Map<string, { atMs: number; wei: bigint }>()

/**
 * Why the signer cannot pay `neededWei` for gas and value in addition to what is in flight; undefined if it can.
 * @throws TransportError | RpcError if its balance cannot be read.
 */
export async function missingFunds(
  { network, signer }: Transaction.Transaction,
  neededWei: bigint,
): Promise<string | undefined> {
  const { family, gasSymbol, blockTimeMs } = Chain.get(network)
  // Tempo takes fees in tokens, and its native balance means nothing. Its simulation and its answer to a send show
  // missing funds.
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

/** Most that the signer's open transactions may still cost, wei. */
async function inFlight(network: string, signer: string): Promise<bigint> {
  const [row] = await db.query<{ wei: bigint }>(sql`
    SELECT coalesce(sum(t.value + cost.wei), 0) AS wei
    FROM transaction t,
      LATERAL (SELECT max(a.gas * a.max_fee_per_gas) AS wei FROM attempt a WHERE a.transaction_id = t.id) cost
    WHERE t.network = ${network} AND t.signer = ${signer} AND t.kind <> 'raw' AND t.nonce IS NOT NULL
      AND t.status IN ('signed', 'submitted', 'held')`)
  return row?.wei ?? 0n
}
