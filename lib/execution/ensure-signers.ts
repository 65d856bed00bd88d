import type { Hex } from 'viem'
import type { Ctx } from '../ctx'
import { log } from '../log'
import { readRpc, servedNetworks, signerFor, type Purpose } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'

const purposes: readonly Purpose[] = ['settlement', 'refund', 'execution']

/**
 * Makes sure that every configured key has its nonce lane on every served network. Call at start; safe to repeat.
 * A network that cannot be read is left for later: the first transaction there makes its lane.
 */
export async function ensureSigners(ctx: Ctx): Promise<void> {
  const lanes = servedNetworks().flatMap((network) => purposes.map((purpose) => ({ network, purpose })))
  for (const { network, purpose } of lanes) {
    try {
      await ensureSigner(network, purpose)
    } catch (error) {
      log().warn({ err: error, network, purpose, requestId: ctx.requestId }, 'the nonce lane could not be read')
    }
  }
}

/**
 * Makes one lane, or raises its counter to the chain's when the key was used elsewhere. The counter never goes back: a slot
 * that was handed out belongs to its transaction for good. Does nothing without a key.
 * @throws TransportError | RpcError when the chain cannot be read.
 */
export async function ensureSigner(network: Caip2, purpose: Purpose): Promise<void> {
  const signer = signerFor(network, purpose)
  if (!signer) return
  const count = BigInt(await readRpc<Hex>(network, 'eth_getTransactionCount', [signer.address, 'latest']))
  await db.execute(sql`
    INSERT INTO signer (network, address, purpose, next_nonce)
    VALUES (${network}, ${signer.address}, ${purpose}, ${count})
    ON CONFLICT (network, address) DO UPDATE SET next_nonce = EXCLUDED.next_nonce
    WHERE signer.next_nonce < EXCLUDED.next_nonce`)
  const [gap] = await db.query(sql`
    SELECT 1 FROM signer s
    WHERE s.network = ${network} AND s.address = ${signer.address} AND s.next_nonce > ${count}::bigint
      AND NOT EXISTS (SELECT 1 FROM transaction t WHERE t.network = s.network AND t.signer = s.address AND t.nonce = ${count}::bigint)`)
  if (gap)
    log().error(
      { network, signer: signer.address, chainNonce: count.toString() },
      'the chain knows fewer transactions of this signer than the database: was the chain reset?',
    )
}
