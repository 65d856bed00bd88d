import type { Ctx } from '../ctx'
import { recordEvents, writeTold, type AuditEvent } from '@/lib/audit'
import { db, json, processId, sql, type WritePart, type Sql, type Tx } from '@/lib/db'
import { Account, postTransfers, type LedgerEntry } from '@/lib/ledger'
import { columns } from './columns'
import { bookDelivered, insertAnswers, isKept, type Delivery } from './deliver-payment'
import { releaseExposure } from './exposure'
import * as Payments from './Payment'
import type { Payment, ReceiptHeaders } from './Payment'
import { voidIn } from './void-payments'

/** A payment that wants its money moved; with its answer when the upstream was called first. */
export type SettlingPayment = {
  payment: Payment
  delivery?: Delivery | undefined
  /** What the answer came to, base units, where less may be charged than was signed for (`upto`). */
  chargeBase?: bigint | undefined
  /** When the chain was asked last whether it can move, ms since 1970. */
  checkedAtMs?: number | undefined
}

/**
 * Locks those of these payments that are still ours and unsettled. What is missing from the answer was
 * resolved by somebody else and must not be settled.
 */
export async function lockUnsettled(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(selectUnsettled(ids))
  return new Set(rows.map((row) => row.id))
}

function selectUnsettled(ids: readonly string[]): Sql {
  return sql`
    SELECT id FROM payment
    WHERE id = ANY(${ids}::uuid[]) AND status = 'authorized' AND settlement = 'none' AND owner_id = ${processId}::uuid
    ORDER BY id FOR UPDATE`
}

/** The batch that payments are settled in, and its transaction; none where nothing has to move. */
type Into = { batchId: string; transactionId: string } | undefined

/**
 * Marks locked payments as settling in a batch, and keeps the answers that are already there, so that a
 * crash after the broadcast still leaves the agent its answer. Without a batch where nothing has to move.
 */
export async function beginSettling(tx: Tx, ctx: Ctx, batch: Into, items: readonly SettlingPayment[]): Promise<void> {
  const parts = [{ writes: beginWrites(batch, items) }]
  await writeTold(ctx, { parts, events: settlingEvents(batch, items) }, tx)
}

/** The same as a part of a larger statement, without its events; it holds while all of them are ours and unsettled. */
export function beginPart(batch: Into, items: readonly SettlingPayment[]): WritePart & { writes(when: Sql): Sql } {
  const ids = items.map(({ payment }) => payment.id)
  return {
    locks: sql`unsettled AS (${selectUnsettled(ids)})`,
    holds: sql`(SELECT count(*) FROM unsettled) = ${ids.length}::int`,
    writes: beginWrites(batch, items),
  }
}

function beginWrites(batch: Into, items: readonly SettlingPayment[]): (when: Sql) => Sql {
  return (when) => sql`
    begun AS (
      UPDATE payment SET settlement = 'pending', batch_id = ${batch?.batchId ?? null}::uuid,
        transaction_id = ${batch?.transactionId ?? null}::uuid,
        upstream_status = i.upstream_status, upstream_ended_at = i.upstream_ended_at,
        facts = coalesce(payment.facts, '{}') || i.facts
      FROM unnest(
        ${items.map(({ payment }) => payment.id)}::uuid[],
        ${items.map(({ delivery }) => delivery?.upstreamStatus ?? null)}::int[],
        ${items.map(({ delivery }) => (delivery ? new Date(delivery.upstreamEndedAtMs) : null))}::timestamptz[],
        ${items.map(({ delivery }) => json(delivery?.facts ?? {}))}::jsonb[]
      ) AS i(id, upstream_status, upstream_ended_at, facts)
      WHERE payment.id = i.id AND ${when}),
    kept AS (${insertAnswers(
      items.flatMap(({ delivery }) => delivery ?? []),
      when,
    )})`
}

export function settlingEvents(batch: Into, items: readonly SettlingPayment[]): AuditEvent.AuditEvent[] {
  return items.map(({ payment, delivery }) => ({
    type: 'payment.settling',
    merchantId: payment.merchantId,
    resourceId: payment.resourceId ?? undefined,
    paymentId: payment.id,
    ...batch,
    data: delivery ? { upstreamStatus: delivery.upstreamStatus, answerKept: isKept(delivery.answer) } : {},
  }))
}

/** Payments of a batch whose outcome is not booked yet, locked. A second caller waits, then finds none. */
export async function lockSettling(tx: Tx, batchId: string): Promise<Payment[]> {
  return tx.query<Payment>(sql`
    SELECT ${columns} FROM payment WHERE batch_id = ${batchId} AND settlement = 'pending' ORDER BY id FOR UPDATE`)
}

/** The same without a lock, to look at the chain before the outcome is booked. */
export async function findSettling(batchId: string): Promise<Payment[]> {
  return db.query<Payment>(
    sql`SELECT ${columns} FROM payment WHERE batch_id = ${batchId} AND settlement = 'pending' ORDER BY id`,
  )
}

/** Where on chain a payment's transfer was found. */
export type TransferProof = { paymentId: string; txHash: string; logIndex: number; blockNumber: bigint }
/** Of a payment that came to nothing there is no transfer. */
export type NoTransferProof = { paymentId: string; txHash: null; logIndex: null; blockNumber: null }

/** A proof with the receipt that the agent is given for it. */
export type SettlementBooking = (TransferProof | NoTransferProof) & { receipt: ReceiptHeaders }

/**
 * Books that money moved: cash against receivable, the reservation given back. A payment whose answer is
 * kept is earned by the same statement, because its agent can fetch the answer from now on: however long the settlement
 * took, it has the whole time from here.
 */
export async function bookSettled(tx: Tx, ctx: Ctx, bookings: readonly SettlementBooking[]): Promise<void> {
  if (bookings.length === 0) return
  // A facilitated payment buys nothing here: it is delivered when it is settled.
  const isOwed = sql`a.payment_id IS NULL AND payment.origin = 'gateway'`
  const ids = bookings.map(({ paymentId }) => paymentId)
  const settled = await tx.query<Payment>(sql`
    WITH kept AS (
      UPDATE payment_answer a SET expires_at = now() + make_interval(secs => ${Payments.keptMs / 1000})
      FROM payment WHERE a.payment_id = ANY(${ids}::uuid[]) AND payment.id = a.payment_id AND payment.settlement = 'pending'
      RETURNING a.payment_id)
    UPDATE payment SET settlement = 'settled', settled_at = now(), tx_hash = p.tx_hash, log_index = p.log_index,
      block_number = p.block_number, receipt = p.receipt,
      status = CASE WHEN ${isOwed} THEN payment.status ELSE 'delivered' END,
      delivered_at = CASE WHEN ${isOwed} THEN NULL ELSE now() END,
      owner_id = CASE WHEN ${isOwed} THEN payment.owner_id ELSE NULL END
    FROM unnest(
      ${ids}::uuid[], ${bookings.map(({ txHash }) => txHash)}::text[],
      ${bookings.map(({ logIndex }) => logIndex)}::int[], ${bookings.map(({ blockNumber }) => blockNumber)}::bigint[],
      ${bookings.map(({ receipt }) => json(receipt))}::jsonb[]
    ) AS p(id, tx_hash, log_index, block_number, receipt)
    LEFT JOIN kept a ON a.payment_id = p.id
    WHERE payment.id = p.id AND payment.settlement = 'pending'
    RETURNING ${columns}`)
  await postTransfers(tx, settleEntries(settled))
  await releaseExposure(tx, settled)
  await recordEvents(tx, ctx, settled.map(settledEvent))
  const delivered = settled.filter((payment) => payment.status === 'delivered')
  if (delivered.length > 0) await bookDelivered(tx, ctx, delivered)
}

/** An answer under `upto` may have come to nothing. */
export function settleEntries(payments: readonly Payment[]): LedgerEntry[] {
  return payments
    .filter((payment) => Payments.isBooked(payment) && payment.amountBase > 0n)
    .map(({ id: paymentId, merchantId, payTo, network, asset, amountBase }) => ({
      ...{ kind: 'direct', reason: 'settle', network, asset, amountBase, paymentId },
      debit: Account.cash(payTo),
      credit: Account.receivable(merchantId),
    }))
}

export function settledEvent({ id, merchantId, resourceId, transactionId, txHash }: Payment): AuditEvent.AuditEvent {
  return {
    type: 'payment.settled',
    merchantId,
    resourceId: resourceId ?? undefined,
    paymentId: id,
    transactionId: transactionId ?? undefined,
    data: { txHash },
  }
}

/** Books that the transfer is proven not to have happened: the payment is void, nothing was charged. */
export async function bookFailed(tx: Tx, ctx: Ctx, payments: readonly Payment[], reason: string): Promise<void> {
  if (payments.length === 0) return
  const ids = payments.map((payment) => payment.id)
  await tx.execute(sql`
    UPDATE payment SET settlement = 'failed' WHERE id = ANY(${ids}::uuid[]) AND settlement IN ('none', 'pending')`)
  await tx.execute(sql`DELETE FROM payment_answer WHERE payment_id = ANY(${ids}::uuid[])`)
  await recordEvents(
    tx,
    ctx,
    payments.map((payment) => ({
      type: 'payment.settlement_failed',
      merchantId: payment.merchantId,
      resourceId: payment.resourceId ?? undefined,
      paymentId: payment.id,
      transactionId: payment.transactionId ?? undefined,
      data: { reason },
    })),
  )
  await voidIn(tx, ctx, ids, reason)
}

/**
 * Sends payments back to wait for another batch: theirs left them unused. Only those whose request is still there, in this process, to
 * go on with them; should the old batch carry them after all, the token lets only one of the two.
 * @returns those that were sent back.
 */
export async function unsettle(tx: Tx, payments: readonly Payment[]): Promise<Payment[]> {
  const ids = payments.filter(({ status }) => status === 'authorized').map(({ id }) => id)
  if (ids.length === 0) return []
  return tx.query<Payment>(sql`
    UPDATE payment SET settlement = 'none', batch_id = NULL, transaction_id = NULL
    WHERE id = ANY(${ids}::uuid[]) AND settlement = 'pending' AND owner_id = ${processId}::uuid
    RETURNING ${columns}`)
}
