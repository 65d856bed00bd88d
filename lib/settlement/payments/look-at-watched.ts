import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { readAgreed, serveNetworks } from '@/lib/chains'
import { db, sql, withTransaction, type Tx } from '@/lib/db'
import { createHeads } from '@/lib/execution'
import type { Caip2 } from '@/lib/money'
import { bookLateTransfer, findPayment, lockPayment, takeBackSettled, type Payment } from '@/lib/payments'
import { toBooking } from './apply-batch'
import { cannotMove } from './cannot-move'
import { findTransfer } from './find-transfer'
import { isMadeForUs } from './is-paid-here-only'

/** Payments of each network in one claim. */
const share = 20
/** Longest delay between two looks, in seconds; delays double up to it. */
const againMax = 3_600
/** About a day. A payment whose signature is valid longer is not looked at any more. */
const looksMax = 36
const reason = 'The block that held its transfer is no longer part of the chain.'

type Due = { id: string; network: Caip2; looks: number }

/**
 * Looks at watched payments. One whose transfer has left the chain is taken back and searched again; one that moved
 * after it counted as failed is owed back. Safe to run in any process at any time; claims none after `budgetMs`.
 * @returns the number of payments claimed.
 */
export function lookAtWatched(ctx: Ctx, budgetMs: number): Promise<number> {
  const work = async (_: Caip2, due: readonly Due[]) => {
    for (const one of due) {
      try {
        const isOver = (await look(ctx, one.id)) || one.looks > looksMax
        if (isOver)
          await db.execute(sql`DELETE FROM payment_watch WHERE payment_id = ${one.id}::uuid AND looks = ${one.looks}`)
      } catch (error) {
        log().warn({ err: error, paymentId: one.id }, 'a payment could not be looked at')
      }
    }
  }
  return serveNetworks({ claim, work, share }, budgetMs)
}

/** Each look doubles the delay before the next: if the process dies, the payment becomes due again. */
function claim(networks: readonly Caip2[], most: number): Promise<Due[]> {
  return db.query<Due>(sql`
    WITH due AS (
      SELECT d.payment_id FROM unnest(${networks}::text[]) AS n(network), LATERAL (
        SELECT w.payment_id FROM payment_watch w WHERE w.network = n.network AND w.due_at <= now()
        ORDER BY w.due_at LIMIT ${most} FOR UPDATE SKIP LOCKED) AS d)
    UPDATE payment_watch w SET looks = looks + 1,
      due_at = now() + make_interval(secs => least(2 ^ least(looks, 20), ${againMax}) * (0.5 + random() / 2))
    FROM due WHERE w.payment_id = due.payment_id
    RETURNING w.payment_id AS id, w.network, w.looks`)
}

/** @returns true if nothing can change any more. @throws AppError unavailable when the chain cannot be asked. */
async function look(ctx: Ctx, id: string): Promise<boolean> {
  const payment = await findPayment(id)
  if (payment?.settlement === 'settled') return lookAtSettled(ctx, payment)
  if (payment?.settlement === 'failed') return lookAtFailed(ctx, payment)
  return true
}

type Receipt = { blockNumber: string; status: string }

async function lookAtSettled(ctx: Ctx, payment: Payment.Payment): Promise<boolean> {
  const { id, network, txHash } = payment
  if (txHash === null) return true
  const receipt = await readAgreed<Receipt | null>(network, 'eth_getTransactionReceipt', [txHash])
  // An endpoint without the receipt may only lag.
  const final = receipt === undefined ? undefined : await createHeads(network).final()
  if (receipt === undefined || !final) return false
  const [row] = await db.query<{ block: bigint }>(sql`SELECT block_number AS block FROM payment WHERE id = ${id}::uuid`)
  const isThere = receipt !== null && BigInt(receipt.blockNumber) === row?.block
  if (isThere) return final.number >= row.block
  if (receipt === null && !(await isPast(network, row?.block ?? 0n))) return false
  await withTransaction((tx) => takeBack(tx, ctx, id, txHash))
  return true
}

/** True if two endpoints have reached that block. Below it a missing receipt proves nothing. */
async function isPast(network: Caip2, block: bigint): Promise<boolean> {
  const number = `0x${block.toString(16)}`
  const there = await readAgreed<{ hash: string } | null>(network, 'eth_getBlockByNumber', [number, false])
  return there !== undefined && there !== null
}

/** Makes the payment pending again; its settlement looks for the transfer. */
async function takeBack(tx: Tx, ctx: Ctx, id: string, txHash: string): Promise<void> {
  const [taken] = await takeBackSettled(tx, ctx, [id], { txHash, reason })
  if (!taken) return
  await tx.execute(sql`
    UPDATE settlement_batch SET status = 'submitted', applied_at = NULL, due_at = now(), looks = 0
    WHERE id = (SELECT batch_id FROM payment WHERE id = ${id}::uuid)`)
  await tx.execute(sql`
    UPDATE facilitator_call SET status = 'silent', ended_at = NULL, due_at = now() WHERE payment_id = ${id}::uuid AND status = 'moved'`)
}

/** A transfer that may pay for something at another seller is not owed back here. */
async function lookAtFailed(ctx: Ctx, payment: Payment.Payment): Promise<boolean> {
  if (payment.settleVia !== 'local') return true
  const finding = await findTransfer(payment, { included: undefined, notBefore: 0n }, new Set(), true)
  if (finding.kind !== 'moved') return cannotMove(payment, finding)
  const { proof } = finding
  if (!(await isMadeForUs(payment, proof.txHash))) return true
  await withTransaction(async (tx) => {
    const locked = await lockPayment(tx, payment.id)
    if (locked) await bookLateTransfer(tx, ctx, toBooking(locked, proof, ctx.now()))
  })
  // Booked from a block that is not final yet.
  return false
}
