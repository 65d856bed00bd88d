import type { Ctx } from '../ctx'
import { writeTold, type AuditEvent } from '@/lib/audit'
import { json, processId, sql, type WritePart, type Sql, type Tx } from '@/lib/db'
import { Account, type LedgerEntry } from '@/lib/ledger'
import { insertAnswers, isKept, type Delivery } from './deliver-payment'
import * as Payments from './Payment'
import type { Payment, ReceiptHeaders } from './Payment'

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

/** Where on chain a payment's transfer was found. */
export type TransferProof = { paymentId: string; txHash: string; logIndex: number; blockNumber: bigint }
/** Of a payment that came to nothing there is no transfer. */
export type NoTransferProof = { paymentId: string; txHash: null; logIndex: null; blockNumber: null }

/** A proof with the receipt that the agent is given for it. */
export type SettlementBooking = (TransferProof | NoTransferProof) & { receipt: ReceiptHeaders }

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
