import type { Reader } from '../ctx'
import { db, prisma, sql } from '@/lib/db'
import { rowSelect, toRow, visible } from './list-transactions'
import type * as TransactionView from './TransactionView'

/** A transaction with its attempts, or undefined when it is not there or not the reader's. `id` is a UUID. */
export async function getTransaction(reader: Reader, id: string): Promise<TransactionView.Detail | undefined> {
  const [seen] = await db.query(sql`SELECT 1 FROM transaction t WHERE t.id = ${id}::uuid AND ${visible(reader)}`)
  if (!seen) return undefined
  const row = await prisma().transaction.findUnique({
    where: { id },
    select: {
      ...rowSelect,
      to: true,
      data: true,
      value: true,
      gasLimit: true,
      simulation: true,
      blockHash: true,
      logs: true,
      dueAt: true,
      expiresAt: true,
      submittedAt: true,
      includedAt: true,
      safeAt: true,
      finalAt: true,
      attempts: { omit: { raw: true }, orderBy: { seq: 'asc' } },
    },
  })
  if (!row) return undefined
  return {
    ...toRow(row),
    to: row.to,
    selector: row.data && row.data.length >= 4 ? `0x${Buffer.from(row.data.subarray(0, 4)).toString('hex')}` : null,
    dataBytes: row.data?.length ?? 0,
    valueWei: row.value.toFixed(0),
    gasLimit: row.gasLimit?.toString() ?? null,
    simulation: row.simulation as Record<string, unknown> | null,
    blockHash: row.blockHash,
    gasUsed: row.gasUsed?.toString() ?? null,
    gasPriceWei: row.gasPrice?.toFixed(0) ?? null,
    logs: Array.isArray(row.logs) ? row.logs.length : null,
    dueAt: row.dueAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    submittedAt: row.submittedAt?.toISOString() ?? null,
    includedAt: row.includedAt?.toISOString() ?? null,
    safeAt: row.safeAt?.toISOString() ?? null,
    finalAt: row.finalAt?.toISOString() ?? null,
    attemptList: row.attempts.map((attempt) => ({
      seq: attempt.seq,
      hash: attempt.hash,
      maxFeePerGasWei: attempt.maxFeePerGas.toFixed(0),
      tipPerGasWei: attempt.tipPerGas.toFixed(0),
      gas: attempt.gas.toString(),
      signedAt: attempt.signedAt.toISOString(),
      firstBroadcastAt: attempt.firstBroadcastAt?.toISOString() ?? null,
      lastBroadcastAt: attempt.lastBroadcastAt?.toISOString() ?? null,
      broadcasts: attempt.broadcasts,
      answer: attempt.answer,
    })),
  }
}
