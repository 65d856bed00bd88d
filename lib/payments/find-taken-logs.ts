import { db, sql } from '@/lib/db'

/**
 * The logs of a transaction that pay for something else than this refund: payments, refunds by merchants' wallets, and, as
 * `all`, a refund by this server's wallet. Reads only.
 */
export async function findTakenLogs(
  network: string,
  txHash: string,
  refundId: string,
): Promise<{ logs: Set<number>; all: boolean }> {
  const rows = await db.query<{ logIndex: number | null }>(sql`
    SELECT log_index FROM payment WHERE network = ${network} AND tx_hash = ${txHash}
    UNION ALL
    SELECT log_index FROM refund WHERE network = ${network} AND tx_hash = ${txHash} AND id <> ${refundId}::uuid
      AND (log_index IS NOT NULL OR source = 'signer')`)
  return {
    logs: new Set(rows.flatMap(({ logIndex }) => logIndex ?? [])),
    all: rows.some(({ logIndex }) => logIndex === null),
  }
}
