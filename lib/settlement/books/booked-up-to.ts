import type { Hex } from 'viem'
import { Escrow, readEscrow } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { Account } from '@/lib/ledger'
import type { Caip2 } from '@/lib/money'
import { readMax } from '../channels/sync-channels'

/** A pay-to address with bookings, in canonical form. */
export type PayoutHolder = {
  network: Caip2
  asset: string
  address: string
  /** Block of its first payment; null if it has none, or none with a known block. */
  firstPaymentBlock: bigint | null
}

type Sums = Record<'booked' | 'payments' | 'facilitated' | 'apart' | 'channels' | 'refunds' | 'leaving', bigint>

/**
 * The booked balance of an address up to a block, base units: the running sum of all bookings, minus the few that
 * belong to later blocks. So a late entry for an old block, or a reversal, only has to be written. Channel payouts are
 * booked by channel, not by block: settlements in later blocks are subtracted, as our batches report them or, for
 * settlements by others, the contract. A refund from the address counts from the block of its transfer: one that is not booked
 * yet, because its block is not final, is subtracted too.
 * @throws RpcError | TransportError when the chain is needed and cannot be read.
 */
export async function bookedUpTo(
  { network, asset, address }: Omit<PayoutHolder, 'firstPaymentBlock'>,
  block: bigint,
): Promise<bigint> {
  const since = await readLater(network, asset, address, block)
  const cash = Account.cash(address)
  const net = sql`coalesce(sum(CASE WHEN t.debit = ${cash} THEN t.amount_base ELSE -t.amount_base END), 0)`
  const isOwn = sql`r.source = 'wallet' AND r.network = ${network} AND r.asset = ${asset} AND r.wallet = ${address}`
  const [row] = await db.query<Sums>(sql`
    SELECT (
      SELECT coalesce(sum(base), 0) FROM cash_sum
      WHERE network = ${network} AND asset = ${asset} AND address = ${address}) AS booked, (
      SELECT ${net} FROM payment p JOIN transfer t ON t.payment_id = p.id
      WHERE p.network = ${network} AND p.block_number > ${block} AND p.asset = ${asset} AND p.pay_to = ${address}
        AND t.reason <> 'refund_paid' AND ${cash} IN (t.debit, t.credit)) AS payments, (
      SELECT coalesce(sum(p.amount_base), 0) FROM payment p
      WHERE p.network = ${network} AND p.block_number > ${block} AND p.asset = ${asset} AND p.pay_to = ${address}
        AND p.origin = 'facilitator' AND p.settlement = 'settled') AS facilitated, (
      SELECT ${net} FROM transfer t
      WHERE t.channel_id = ANY(${since.ids}::text[]) AND ${cash} IN (t.debit, t.credit)) AS apart, (
      SELECT coalesce(sum(s.paid_base), 0)
      FROM transaction t JOIN settlement_batch b ON b.transaction_id = t.id JOIN channel_settlement s ON s.batch_id = b.id
        JOIN channel c ON c.id = s.channel_id
      WHERE t.network = ${network} AND t.block_number > ${block} AND c.payee = ${address} AND c.asset = ${asset}
        AND s.status = 'settled' AND c.id <> ALL(${since.ids}::text[])) AS channels, (
      SELECT coalesce(sum(r.amount_base), 0) FROM refund r
      WHERE ${isOwn} AND r.block_number > ${block} AND r.status = 'paid' AND EXISTS (
        SELECT FROM transfer t WHERE t.payment_id = r.payment_id AND t.reason = 'refund_paid' AND t.credit = ${cash})) AS refunds, (
      SELECT coalesce(sum(r.amount_base), 0) FROM refund r
      WHERE ${isOwn} AND r.block_number <= ${block} AND r.status = 'sent') AS leaving`)
  if (!row) return 0n
  const { booked, payments, facilitated, apart, channels, refunds, leaving } = row
  return booked - payments - facilitated - apart - channels + since.settledBase + refunds - leaving
}

/** Channels whose state comes from a later block, and what each had paid out at this block. */
async function readLater(
  network: Caip2,
  asset: string,
  address: string,
  block: bigint,
): Promise<{ ids: readonly string[]; settledBase: bigint }> {
  if (Escrow.kindOn(network) !== 'batch-settlement') return { ids: [], settledBase: 0n }
  const rows = await db.query<{ id: Hex }>(sql`
    SELECT id FROM channel
    WHERE network = ${network} AND state_block > ${block} AND state_block > 0 AND payee = ${address} AND asset = ${asset}`)
  const ids = rows.map(({ id }) => id)
  let settledBase = 0n
  for (let from = 0; from < ids.length; from += readMax) {
    const { states } = await readEscrow(network, ids.slice(from, from + readMax), block)
    settledBase += states.reduce((sum, state) => sum + state.settledBase, 0n)
  }
  return { ids, settledBase }
}
