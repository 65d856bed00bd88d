import type { Reader } from '../ctx'
import { chains, labelNetwork, labelToken } from '@/lib/chains'
import { prisma, type Prisma } from '@/lib/db'
import { Amount } from '@/lib/money'
import { Filter, loadPage, Page } from '@/lib/paging'
import type { PaymentFilter } from './PaymentFilter'
import type * as PaymentView from './PaymentView'

/** Columns of a row; nothing secret, nothing long. */
export const rowSelect = {
  id: true,
  createdAt: true,
  status: true,
  settlement: true,
  wire: true,
  network: true,
  asset: true,
  amountBase: true,
  payer: true,
  payTo: true,
  txHash: true,
  resource: { select: { id: true, method: true, path: true, name: true } },
} satisfies Prisma.PaymentSelect

type Selected = Prisma.PaymentGetPayload<{ select: typeof rowSelect }>

/** One page of what the reader may see, newest first. Reads only. */
export async function listPayments(
  reader: Reader,
  filter: PaymentFilter,
  ask: Page.Ask,
): Promise<Page.Page<PaymentView.Row>> {
  const where = whereOf(reader, filter)
  const page = await loadPage<Selected>(ask, {
    find: (asked) => {
      const { where: window, orderBy, take } = Page.bounds(asked)
      return prisma().payment.findMany({ where: { AND: [where, window] }, orderBy, take, select: rowSelect })
    },
    count: () => prisma().payment.count({ where }),
    cursorOf: (row) => ({ atMs: row.createdAt.getTime(), id: row.id }),
  })
  return Page.map(page, toRow)
}

/** Payments that moved, or are to move, in one transaction or batch, oldest first; at most 500 of them. */
export async function listPaymentsOf(
  reader: Reader,
  of: { batchId: string } | { transactionId: string },
): Promise<PaymentView.Row[]> {
  const rows = await prisma().payment.findMany({
    where: { ...mine(reader), ...of },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: 500,
    select: rowSelect,
  })
  return rows.map(toRow)
}

/** The rows of a reader: every one of an operator, one merchant's of anybody else. */
export function mine(reader: Reader): { merchantId?: string } {
  return reader.operator ? {} : { merchantId: reader.merchantId }
}

export function toRow(row: Selected): PaymentView.Row {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    status: row.status,
    settlement: row.settlement,
    wire: row.wire,
    network: labelNetwork(row.network),
    token: labelToken(row.network, row.asset),
    amountBase: row.amountBase.toFixed(0),
    payer: row.payer,
    payTo: row.payTo,
    resource: row.resource,
    txHash: row.txHash,
  }
}

function whereOf(reader: Reader, filter: PaymentFilter): Prisma.PaymentWhereInput {
  const createdAt = Filter.between(filter.from, filter.to)
  return {
    ...mine(reader),
    ...(filter.status && { status: { in: filter.status } }),
    ...(filter.settlement && { settlement: { in: filter.settlement } }),
    ...(filter.protocol && { protocol: { in: filter.protocol } }),
    ...(filter.wire && { wire: { in: filter.wire } }),
    ...(filter.network && { network: filter.network }),
    ...(filter.resource && { resourceId: filter.resource }),
    ...(filter.payer && { payer: filter.payer.length === 42 ? filter.payer : { startsWith: filter.payer } }),
    ...(createdAt && { createdAt }),
    ...(filter.min !== undefined || filter.max !== undefined ? { OR: worth(filter.min, filter.max) } : {}),
  }
}

/** Dollars as base units of every token that is sold for: tokens differ in decimals. */
function worth(min: bigint | undefined, max: bigint | undefined): Prisma.PaymentWhereInput[] {
  return chains.flatMap((chain) =>
    chain.assets.map((asset) => ({
      network: chain.network,
      asset: asset.address.toLowerCase(),
      amountBase: {
        ...(min !== undefined && { gte: Amount.microsToBase(min, asset.decimals).toString() }),
        ...(max !== undefined && { lte: Amount.microsToBase(max, asset.decimals).toString() }),
      },
    })),
  )
}
