import type { Ctx } from '../ctx'
import { log } from '../log'
import { recordEvent } from '@/lib/audit'
import { Erc20, readRpc, servedNetworks } from '@/lib/chains'
import { db, sql, withTransaction } from '@/lib/db'
import type { Caip2 } from '@/lib/money'

/** Blocks that every settlement up to here has surely been booked for. */
const behindHead = 2n

type Holder = { network: Caip2; asset: string; address: string; firstBlock: bigint; openingBase: bigint | null }
type Previous = { differenceBase: bigint }

/**
 * Compares the books with the chain: for every pay-to address, what it holds at one block minus what it held
 * before the first booking must be what was booked up to that block. A difference that stands in two runs in
 * a row becomes an audit event and an open problem. Safe to run anywhere at any time.
 * @returns how many addresses were compared.
 */
export async function reconcile(ctx: Ctx): Promise<number> {
  const served = new Set(servedNetworks())
  let compared = 0
  for (const holder of await findHolders()) {
    if (!served.has(holder.network)) continue
    try {
      await compare(ctx, holder)
      compared += 1
    } catch (error) {
      log().warn({ err: error, network: holder.network, address: holder.address }, 'could not reconcile yet')
    }
  }
  return compared
}

function findHolders(): Promise<Holder[]> {
  return db.query<Holder>(sql`
    SELECT p.network, p.asset, p.pay_to AS address, min(p.block_number) AS "firstBlock",
      (SELECT r.opening_base FROM reconciliation r
       WHERE r.network = p.network AND r.asset = p.asset AND r.address = p.pay_to ORDER BY r.id LIMIT 1) AS "openingBase"
    FROM payment p WHERE p.settlement = 'settled'
    GROUP BY p.network, p.asset, p.pay_to`)
}

async function compare(ctx: Ctx, { network, asset, address, firstBlock, openingBase }: Holder): Promise<void> {
  const head = BigInt(await readRpc<`0x${string}`>(network, 'eth_blockNumber', []))
  const block = head - behindHead
  if (block < firstBlock) return
  const chainBase = await balanceAt(network, asset, address, block)
  const ledgerBase = await bookedUpTo(network, asset, address, block)
  // A node that has forgotten the state of that block cannot say what was there before: take the books' word once.
  const before = () => balanceAt(network, asset, address, firstBlock - 1n).catch(() => chainBase - ledgerBase)
  const opening = openingBase ?? (await before())
  const differenceBase = chainBase - opening - ledgerBase
  const [previous] = await db.query<Previous>(sql`
    SELECT difference_base AS "differenceBase" FROM reconciliation
    WHERE network = ${network} AND asset = ${asset} AND address = ${address} ORDER BY id DESC LIMIT 1`)
  await withTransaction(async (tx) => {
    await tx.execute(sql`
      INSERT INTO reconciliation (network, asset, address, block_number, opening_base, ledger_base, chain_base, difference_base)
      VALUES (${network}, ${asset}, ${address}, ${block}, ${opening}, ${ledgerBase}, ${chainBase}, ${differenceBase})`)
    if (differenceBase === 0n || previous?.differenceBase !== differenceBase) return
    const data = { network, asset, address, blockNumber: block, differenceBase }
    await recordEvent(tx, ctx, { type: 'reconcile.difference', data })
  })
}

async function balanceAt(network: Caip2, asset: string, address: string, block: bigint): Promise<bigint> {
  const call = { to: asset, data: Erc20.balanceOfData(address) }
  return BigInt(await readRpc<`0x${string}`>(network, 'eth_call', [call, `0x${block.toString(16)}`]))
}

/** Cash that the books hold for an address, from transfers in blocks up to this one. */
async function bookedUpTo(network: string, asset: string, address: string, block: bigint): Promise<bigint> {
  const [row] = await db.query<{ sum: bigint }>(sql`
    SELECT coalesce(sum(t.amount_base), 0) AS sum
    FROM transfer t JOIN payment p ON p.id = t.payment_id
    WHERE t.reason = 'settle' AND t.debit = ${`cash:${address}`} AND t.network = ${network} AND t.asset = ${asset}
      AND p.block_number <= ${block}`)
  return row?.sum ?? 0n
}
