import type { Ctx } from '../../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'

export type Comparison = {
  network: string
  asset: string
  address: string
  /** The block, or the Unix second where there are no blocks. */
  block: bigint
  openingBase: bigint
  ledgerBase: bigint
  chainBase: bigint
}

/** Stores a comparison. The same difference as last time renews that row; twice in a row it is an event. */
export async function keepComparison(ctx: Ctx, comparison: Comparison): Promise<void> {
  const { network, asset, address, block, openingBase, ledgerBase, chainBase } = comparison
  const differenceBase = chainBase - openingBase - ledgerBase
  await withTransaction(async (tx) => {
    const [stands] = await tx.query<{ runs: number }>(sql`
      UPDATE reconciliation SET block_number = ${block}, ledger_base = ${ledgerBase}, chain_base = ${chainBase}, at = now(),
        runs = runs + 1
      WHERE id = (
        SELECT id FROM reconciliation WHERE network = ${network} AND asset = ${asset} AND address = ${address}
        ORDER BY id DESC LIMIT 1) AND difference_base = ${differenceBase}
      RETURNING runs`)
    if (!stands)
      await tx.execute(sql`
        INSERT INTO reconciliation (network, asset, address, block_number, opening_base, ledger_base, chain_base, difference_base)
        VALUES (${network}, ${asset}, ${address}, ${block}, ${openingBase}, ${ledgerBase}, ${chainBase}, ${differenceBase})`)
    if (differenceBase === 0n || stands?.runs !== 2) return
    const data = { network, asset, address, blockNumber: block, differenceBase }
    await recordEvent(tx, ctx, { type: 'reconcile.difference', data })
  })
}
