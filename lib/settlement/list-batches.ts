import type { Reader } from '../ctx'
import { labelNetwork, labelToken } from '@/lib/chains'
import { prisma, type Prisma } from '@/lib/db'
import { Filter, loadPage, Page } from '@/lib/paging'
import type { BatchFilter } from './BatchFilter'
import type * as BatchView from './BatchView'

type BatchRecord = Prisma.SettlementBatchGetPayload<object>

/** One page of the batches in which the reader has a payment, newest first. Reads only. */
export async function listBatches(
  reader: Reader,
  filter: BatchFilter,
  ask: Page.Ask,
): Promise<Page.Page<BatchView.Row>> {
  const createdAt = Filter.between(filter.from, filter.to)
  const where: Prisma.SettlementBatchWhereInput = {
    ...visible(reader),
    ...(filter.status && { status: { in: filter.status } }),
    ...(filter.form && { form: { in: filter.form } }),
    ...(filter.network && { network: filter.network }),
    ...(createdAt && { createdAt }),
  }
  const page = await loadPage<BatchRecord>(ask, {
    find: (asked) => {
      const { where: window, orderBy, take } = Page.bounds(asked)
      return prisma().settlementBatch.findMany({ where: { AND: [where, window] }, orderBy, take })
    },
    count: () => prisma().settlementBatch.count({ where }),
    cursorOf: (row) => ({ atMs: row.createdAt.getTime(), id: row.id }),
  })
  return { ...page, rows: await toRows(reader, page.rows) }
}

/** A batch, or undefined when it is not there or holds nothing of the reader's. */
export async function getBatch(reader: Reader, id: string): Promise<BatchView.Row | undefined> {
  const row = await prisma().settlementBatch.findFirst({ where: { id, ...visible(reader) } })
  return row ? (await toRows(reader, [row]))[0] : undefined
}

/** The batch that a transaction carries, if it carries one. */
export async function findBatchOf(reader: Reader, transactionId: string): Promise<BatchView.Row | undefined> {
  const row = await prisma().settlementBatch.findFirst({ where: { transactionId, ...visible(reader) } })
  return row ? (await toRows(reader, [row]))[0] : undefined
}

function visible(reader: Reader): Prisma.SettlementBatchWhereInput {
  return reader.operator ? {} : { payments: { some: { merchantId: reader.merchantId } } }
}

async function toRows(reader: Reader, rows: readonly BatchRecord[]): Promise<BatchView.Row[]> {
  const transactionIds = rows.flatMap((row) => row.transactionId ?? [])
  const [transactions, shares] = await Promise.all([
    prisma().transaction.findMany({
      where: { id: { in: transactionIds } },
      select: { id: true, hash: true, gasUsed: true, gasPrice: true },
    }),
    reader.operator ? new Map<string, Share>() : sharesOf(reader, rows),
  ])
  const byId = new Map(transactions.map((transaction) => [transaction.id, transaction]))
  return rows.map((row) => {
    const transaction = row.transactionId ? byId.get(row.transactionId) : undefined
    const feeWei =
      transaction?.gasUsed != null && transaction.gasPrice !== null
        ? transaction.gasUsed * BigInt(transaction.gasPrice.toFixed(0))
        : null
    return {
      id: row.id,
      createdAt: row.createdAt.toISOString(),
      appliedAt: row.appliedAt?.toISOString() ?? null,
      status: row.status,
      form: row.form as BatchView.Row['form'],
      network: labelNetwork(row.network),
      token: labelToken(row.network, row.asset),
      ...(shares.get(row.id) ?? {
        size: row.size,
        settledCount: row.settledCount ?? 0,
        amountBase: row.amountBase.toFixed(0),
      }),
      error: row.error,
      transactionId: row.transactionId,
      hash: transaction?.hash ?? null,
      feeWei: feeWei?.toString() ?? null,
      feePerPaymentWei: feeWei !== null && row.size > 0 ? (feeWei / BigInt(row.size)).toString() : null,
      paidByPayer: row.form === 'raw',
    }
  })
}

type Share = Pick<BatchView.Row, 'size' | 'settledCount' | 'amountBase'>

/** What of each batch belongs to the reader's merchant: other merchants' sums are not shown to it. */
async function sharesOf(reader: Reader, rows: readonly BatchRecord[]): Promise<Map<string, Share>> {
  const groups = await prisma().payment.groupBy({
    by: ['batchId', 'settlement'],
    where: { batchId: { in: rows.map((row) => row.id) }, merchantId: reader.merchantId },
    _count: true,
    _sum: { amountBase: true },
  })
  const shares = new Map<string, Share>()
  for (const group of groups) {
    if (!group.batchId) continue
    const before = shares.get(group.batchId) ?? { size: 0, settledCount: 0, amountBase: '0' }
    shares.set(group.batchId, {
      size: before.size + group._count,
      settledCount: before.settledCount + (group.settlement === 'settled' ? group._count : 0),
      amountBase: (BigInt(before.amountBase) + BigInt(group._sum.amountBase?.toFixed(0) ?? '0')).toString(),
    })
  }
  return shares
}
