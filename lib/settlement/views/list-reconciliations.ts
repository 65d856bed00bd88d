import type { Reader } from '../../ctx'
import { labelNetwork, labelToken } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import type * as BatchView from './BatchView'
import { isOwnAddress } from './own-addresses'

type Found = {
  network: string
  asset: string
  address: string
  blockNumber: bigint
  openingBase: bigint
  ledgerBase: bigint
  chainBase: bigint
  differenceBase: bigint
  at: Date
}

/** The last comparison of books and chain for each pay-to address of the reader, differences first. */
export async function listReconciliations(reader: Reader): Promise<BatchView.ReconciliationView[]> {
  const rows = await db.query<Found>(sql`
    SELECT DISTINCT ON (r.network, r.asset, r.address)
      r.network, r.asset, r.address, r.block_number, r.opening_base,
      r.ledger_base, r.chain_base, r.difference_base, r.at
    FROM reconciliation r WHERE ${isOwnAddress(reader, sql`r.address`)}
    ORDER BY r.network, r.asset, r.address, r.id DESC`)
  return rows
    .toSorted((a, b) => Number(b.differenceBase !== 0n) - Number(a.differenceBase !== 0n))
    .map((row) => ({
      network: labelNetwork(row.network),
      token: labelToken(row.network, row.asset),
      address: row.address,
      blockNumber: row.blockNumber.toString(),
      at: row.at.toISOString(),
      openingBase: row.openingBase.toString(),
      ledgerBase: row.ledgerBase.toString(),
      chainBase: row.chainBase.toString(),
      differenceBase: row.differenceBase.toString(),
    }))
}
