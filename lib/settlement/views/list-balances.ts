import type { Reader } from '../../ctx'
import { labelNetwork, labelToken } from '@/lib/chains'
import { db, sql, type Sql } from '@/lib/db'
import * as BalanceView from './BalanceView'
import { isOwnAddress } from './own-addresses'

type Key = { network: string; asset: string; address: string }
type Compared = Key & {
  blockNumber: bigint
  openingBase: bigint
  ledgerBase: bigint
  chainBase: bigint
  differenceBase: bigint
  at: Date
}
type Pending = Key & { base: bigint; count: bigint }
type Escrow = Pending & { spent: bigint }
type Owed = Key & { count: bigint; since: Date | null }

/**
 * Where the reader's money is, for each network, token and pay-to address, by network and then address. Every part is read by an
 * index of what is open, so it does not grow with past sales. Reads only.
 */
export async function listBalances(reader: Reader): Promise<BalanceView.Balance[]> {
  const [leaving, ...parts] = await Promise.all([
    findLeaving(reader),
    findCompared(reader),
    findPending(reader),
    findEscrow(reader),
    findOwed(reader),
    findDue(reader),
  ])
  const [compared, pending, escrow, owed, due] = parts
  const keys = new Map(parts.flat().map((row) => [keyOf(row), row]))
  return [...keys.entries()].sort().map(([key, of]) => {
    const find = <Row extends Key>(rows: readonly Row[]) => rows.find((row) => keyOf(row) === key)
    return toBalance(of, {
      compared: find(compared),
      pending: find(pending),
      escrow: find(escrow),
      owed: find(owed),
      due: find(due),
      leaving: find(leaving),
    })
  })
}

type Parts = {
  compared: Compared | undefined
  pending: Pending | undefined
  escrow: Escrow | undefined
  owed: Owed | undefined
  due: Pending | undefined
  leaving: Pending | undefined
}

function toBalance(
  { network, asset, address }: Key,
  { compared, pending, escrow, owed, due, leaving }: Parts,
): BalanceView.Balance {
  return {
    network: labelNetwork(network),
    token: labelToken(network, asset),
    address,
    chain: compared
      ? {
          base: compared.chainBase.toString(),
          bookedBase: compared.ledgerBase.toString(),
          openingBase: compared.openingBase.toString(),
          differenceBase: compared.differenceBase.toString(),
          blockNumber: compared.blockNumber.toString(),
          at: compared.at.toISOString(),
        }
      : null,
    mark: BalanceView.markOf(compared?.differenceBase, pending?.base ?? 0n, leaving?.base ?? 0n),
    onTheWay: partOf(pending),
    escrow: { ...partOf(escrow), spentBase: (escrow?.spent ?? 0n).toString() },
    owed: { count: Number(owed?.count ?? 0n), since: owed?.since?.toISOString() ?? null },
    dueBack: partOf(due),
  }
}

function partOf(row: Pending | undefined): { base: string; count: number } {
  return { base: (row?.base ?? 0n).toString(), count: Number(row?.count ?? 0n) }
}

function keyOf({ network, asset, address }: Key): string {
  return `${network}|${asset.toLowerCase()}|${address}`
}

function mine({ operator, merchantId }: Reader, column: Sql): Sql {
  return operator ? sql`true` : sql`${column} = ${merchantId}::uuid`
}

/** The last comparison of each address, or no comparison of an address that something was booked for. */
function findCompared(reader: Reader): Promise<Compared[]> {
  return db.query<Compared>(sql`
    SELECT DISTINCT ON (r.network, r.asset, r.address)
      r.network, r.asset, r.address, r.block_number, r.opening_base, r.ledger_base, r.chain_base, r.difference_base, r.at
    FROM reconciliation r WHERE ${isOwnAddress(reader, sql`r.address`)}
    ORDER BY r.network, r.asset, r.address, r.id DESC`)
}

function findPending(reader: Reader): Promise<Pending[]> {
  return db.query<Pending>(sql`
    SELECT network, asset, pay_to AS address, sum(amount_base) AS base, count(*) AS count FROM payment
    WHERE settlement = 'pending' AND ${mine(reader, sql`merchant_id`)} GROUP BY 1, 2, 3`)
}

function findEscrow(reader: Reader): Promise<Escrow[]> {
  return db.query<Escrow>(sql`
    SELECT network, asset, payee AS address, sum(deposit_base - settled_base) AS base, count(*) AS count,
      sum(greatest(spent_base - settled_base, 0)) AS spent
    FROM channel WHERE status = 'open' AND ${mine(reader, sql`merchant_id`)} GROUP BY 1, 2, 3`)
}

function findOwed(reader: Reader): Promise<Owed[]> {
  return db.query<Owed>(sql`
    SELECT network, asset, payee AS address, count(*) AS count, min(owed_since) AS since FROM channel_payout
    WHERE owed_since IS NOT NULL AND ${mine(reader, sql`merchant_id`)} GROUP BY 1, 2, 3`)
}

/** Refunds that a wallet of the merchant may have sent from this address, and whose transfer was not seen yet; and
 * refunds that Stripe has taken from its balance and not paid yet. */
function findLeaving(reader: Reader): Promise<Pending[]> {
  return db.query<Pending>(sql`
    SELECT network, asset, wallet AS address, sum(amount_base) AS base, count(*) AS count FROM refund
    WHERE status IN ('due', 'sent') AND source = 'wallet' AND block_number IS NULL AND ${mine(reader, sql`merchant_id`)}
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT r.network, r.asset, p.pay_to, sum(r.amount_base), count(*) FROM refund r JOIN payment p ON p.id = r.payment_id
    WHERE r.status = 'sent' AND r.source = 'signer' AND r.network LIKE 'stripe:%' AND ${mine(reader, sql`r.merchant_id`)}
    GROUP BY 1, 2, 3`)
}

function findDue(reader: Reader): Promise<Pending[]> {
  return db.query<Pending>(sql`
    SELECT r.network, r.asset, p.pay_to AS address, sum(r.amount_base) AS base, count(*) AS count
    FROM refund r JOIN payment p ON p.id = r.payment_id
    WHERE r.status IN ('due', 'sent') AND ${mine(reader, sql`r.merchant_id`)} GROUP BY 1, 2, 3`)
}
