import { sql, type Tx } from '@/lib/db'

export type RailPayout = {
  externalId: string
  network: string
  asset: string
  payTo: string
  owner: string
  amountBase: bigint
  status: string
  returned: boolean
  arrivesAt: Date
}

/**
 * Writes a payout as it is now. One that came back stays back.
 * @returns what the ledger has to book: that it left, that it came back, both or nothing; and its owner, fixed the first time.
 */
export async function keepPayout(
  tx: Tx,
  now: RailPayout,
): Promise<{ owner: string; hasLeft: boolean; isBack: boolean }> {
  const { externalId, network, asset, payTo, owner, amountBase, status, returned, arrivesAt } = now
  const made = await tx.execute(sql`
    INSERT INTO rail_payout (external_id, network, asset, pay_to, owner, amount_base, status, returned, arrives_at)
    VALUES (${externalId}, ${network}, ${asset}, ${payTo}, ${owner}, ${amountBase}, ${status}, false, ${arrivesAt})
    ON CONFLICT (external_id) DO NOTHING`)
  const [row] = await tx.query<{ owner: string; returned: boolean }>(
    sql`SELECT owner, returned FROM rail_payout WHERE external_id = ${externalId} FOR UPDATE`,
  )
  if (!row || row.returned) return { owner: row?.owner ?? owner, hasLeft: false, isBack: false }
  await tx.execute(
    sql`UPDATE rail_payout SET status = ${status}, returned = ${returned} WHERE external_id = ${externalId}`,
  )
  return { owner: row.owner, hasLeft: made === 1, isBack: returned }
}
