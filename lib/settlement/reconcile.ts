import { numberToHex, type Hex } from 'viem'
import type { Ctx } from '../ctx'
import { log } from '../log'
import { recordEvent } from '@/lib/audit'
import { Erc20, Escrow, readEscrow, readReceiver, readRpc, servedNetworks, Svm } from '@/lib/chains'
import { db, sql, withTransaction } from '@/lib/db'
import { Account } from '@/lib/ledger'
import { Caip, type Caip2 } from '@/lib/money'
import { readMax } from './sync-channels'

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
    SELECT paid.network, paid.asset, paid.address, min(paid.block) AS "firstBlock",
      (SELECT r.opening_base FROM reconciliation r
       WHERE r.network = paid.network AND r.asset = paid.asset AND r.address = paid.address ORDER BY r.id LIMIT 1) AS "openingBase"
    FROM (
      SELECT p.network, p.asset, p.pay_to AS address, p.block_number AS block FROM payment p
      WHERE p.settlement = 'settled' AND p.origin = 'gateway' AND p.block_number IS NOT NULL
      UNION ALL ${firstPaidByChannels}) paid
    GROUP BY paid.network, paid.asset, paid.address`)
}

/** A channel first paid in the block of our first settlement; somebody else's may have been as early as its opening. */
const firstPaidByChannels = sql`
  SELECT c.network, c.asset, c.payee, CASE WHEN own.paid = c.settled_base THEN own.block ELSE opening.block_number END
  FROM channel c JOIN transaction opening ON opening.id = c.open_transaction_id,
    LATERAL (
      SELECT coalesce(sum(s.paid_base), 0) AS paid, min(t.block_number) AS block
      FROM channel_settlement s JOIN settlement_batch b ON b.id = s.batch_id JOIN transaction t ON t.id = b.transaction_id
      WHERE s.channel_id = c.id AND s.status = 'settled') own
  WHERE c.settled_base > 0`

async function compare(ctx: Ctx, { network, asset, address, firstBlock, openingBase }: Holder): Promise<void> {
  const { block, chainBase } = await lookAt(network, asset, address)
  if (block < firstBlock) return
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

/** What it holds, and as of which block. */
async function lookAt(network: Caip2, asset: string, address: string): Promise<{ block: bigint; chainBase: bigint }> {
  if (Caip.isSolana(network)) {
    const { slot, amountBase } = await Svm.readFinalBalance(network, address, asset)
    return { block: slot, chainBase: amountBase }
  }
  const head = BigInt(await readRpc<`0x${string}`>(network, 'eth_blockNumber', []))
  const block = head - behindHead
  return { block, chainBase: await balanceAt(network, asset, address, block) }
}

/**
 * What it holds, and what the escrow of channels holds that was claimed for it: both are its money, and booked as such.
 * @throws RpcError where the node has no state of that block; Solana's nodes have that of no earlier one.
 */
async function balanceAt(network: Caip2, asset: string, address: string, block: bigint): Promise<bigint> {
  const call = { to: asset, data: Erc20.balanceOfData(address) }
  const held = readRpc<`0x${string}`>(network, 'eth_call', [call, numberToHex(block)])
  if (Escrow.kindOn(network) !== 'batch-settlement') return BigInt(await held)
  const receiver = { receiver: address as `0x${string}`, token: asset as `0x${string}` }
  const [balance, { claimedBase, paidOutBase }] = await Promise.all([held, readReceiver(network, receiver, block)])
  return BigInt(balance) + claimedBase - paidOutBase
}

/**
 * Cash that the books hold for an address, from transfers in blocks up to this one, and what was facilitated to it, which is
 * in no books. What channels paid is booked by channel,
 * not by block: of all of it, what was settled in later blocks is taken off, as our batches or, for what others settled, the contract
 * tell it.
 */
async function bookedUpTo(network: Caip2, asset: string, address: string, block: bigint): Promise<bigint> {
  const cash = Account.cash(address)
  const since = await readLater(network, asset, address, block)
  const [row] = await db.query<{ payments: bigint; facilitated: bigint; channels: bigint; later: bigint }>(sql`
    SELECT (
      SELECT coalesce(sum(t.amount_base), 0) FROM transfer t JOIN payment p ON p.id = t.payment_id
      WHERE t.reason = 'settle' AND t.debit = ${cash} AND t.network = ${network} AND t.asset = ${asset}
        AND p.block_number <= ${block}) AS payments, (
      SELECT coalesce(sum(p.amount_base), 0) FROM payment p
      WHERE p.origin = 'facilitator' AND p.settlement = 'settled' AND p.pay_to = ${address} AND p.network = ${network}
        AND p.asset = ${asset} AND p.block_number <= ${block}) AS facilitated, (
      SELECT coalesce(sum(CASE WHEN t.debit = ${cash} THEN t.amount_base ELSE -t.amount_base END), 0) FROM transfer t
      WHERE t.channel_id IS NOT NULL AND ${cash} IN (t.debit, t.credit) AND t.network = ${network} AND t.asset = ${asset}
        AND t.channel_id <> ALL(${since.ids}::text[])) AS channels, (
      SELECT coalesce(sum(s.paid_base), 0)
      FROM channel c JOIN channel_settlement s ON s.channel_id = c.id JOIN settlement_batch b ON b.id = s.batch_id
        JOIN transaction t ON t.id = b.transaction_id
      WHERE c.payee = ${address} AND c.network = ${network} AND c.asset = ${asset} AND s.status = 'settled'
        AND t.block_number > ${block} AND c.id <> ALL(${since.ids}::text[])) AS later`)
  return row ? row.payments + row.facilitated + row.channels - row.later + since.settledBase : 0n
}

/** Channels whose state was written from a later block, and what they had paid out at this one. */
async function readLater(
  network: Caip2,
  asset: string,
  address: string,
  block: bigint,
): Promise<{ ids: readonly string[]; settledBase: bigint }> {
  if (Escrow.kindOn(network) !== 'batch-settlement') return { ids: [], settledBase: 0n }
  const rows = await db.query<{ id: Hex }>(sql`
    SELECT id FROM channel WHERE payee = ${address} AND network = ${network} AND asset = ${asset} AND state_block > ${block}`)
  const ids = rows.map(({ id }) => id)
  let settledBase = 0n
  for (let from = 0; from < ids.length; from += readMax) {
    const { states } = await readEscrow(network, ids.slice(from, from + readMax), block)
    settledBase += states.reduce((sum, state) => sum + state.settledBase, 0n)
  }
  return { ids, settledBase }
}
