import type { Reader } from '../ctx'
import { labelNetwork, labelToken } from '@/lib/chains'
import { prisma, type Prisma } from '@/lib/db'
import { loadPage, Page } from '@/lib/paging'
import { atRiskBase, prepaidBase } from './Channel'
import type { ChannelFilter, ChannelState } from './ChannelFilter'
import type * as ChannelView from './ChannelView'

/** Columns of a row; nothing long. */
export const rowSelect = {
  id: true,
  createdAt: true,
  status: true,
  network: true,
  asset: true,
  payer: true,
  depositBase: true,
  acceptedBase: true,
  spentBase: true,
  settledBase: true,
  units: true,
  vouchers: true,
  lastVoucherAt: true,
  closeRequestedAt: true,
  closeDeadlineAt: true,
  settlementId: true,
  parkedReason: true,
  resource: { select: { id: true, method: true, path: true, name: true, unitType: true } },
} satisfies Prisma.ChannelSelect

type Selected = Prisma.ChannelGetPayload<{ select: typeof rowSelect }>

/** One page of the channels that the reader may see, newest first. Reads only. */
export async function listChannels(
  reader: Reader,
  filter: ChannelFilter,
  ask: Page.PageRequest,
): Promise<Page.Page<ChannelView.ChannelListRow>> {
  const where = whereOf(reader, filter)
  const page = await loadPage<Selected>(ask, {
    find: (asked) => {
      const { where: window, orderBy, take } = Page.bounds(asked)
      return prisma().channel.findMany({ where: { AND: [where, window] }, orderBy, take, select: rowSelect })
    },
    count: (limit) => prisma().channel.count({ where, orderBy: Page.newest, take: limit }),
    cursorOf: (row) => ({ atMs: row.createdAt.getTime(), id: row.id }),
  })
  return Page.map(page, toRow)
}

/** The rows of a reader: every one of an operator, one merchant's of anybody else. */
export function mine(reader: Reader): { merchantId?: string } {
  return reader.operator ? {} : { merchantId: reader.merchantId }
}

export function toRow(row: Selected): ChannelView.ChannelListRow {
  const [deposit, accepted, spent, settled] = [row.depositBase, row.acceptedBase, row.spentBase, row.settledBase].map(
    (amount) => BigInt(amount.toFixed(0)),
  ) as [bigint, bigint, bigint, bigint]
  const paid = { spentBase: spent, settledBase: settled }
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    state: row.status === 'open' && row.closeRequestedAt ? 'close_requested' : row.status,
    network: labelNetwork(row.network),
    token: labelToken(row.network, row.asset),
    payer: row.payer,
    resource: row.resource,
    depositBase: deposit.toString(),
    acceptedBase: accepted.toString(),
    spentBase: spent.toString(),
    settledBase: settled.toString(),
    atRiskBase: atRiskBase(paid).toString(),
    prepaidBase: prepaidBase(paid).toString(),
    units: row.units.toString(),
    vouchers: row.vouchers.toString(),
    lastVoucherAt: row.lastVoucherAt?.toISOString() ?? null,
    closeDeadlineAt: row.status === 'open' ? (row.closeDeadlineAt?.toISOString() ?? null) : null,
    isSettling: row.settlementId !== null,
    parkedReason: row.parkedReason,
  }
}

function whereOf(reader: Reader, filter: ChannelFilter): Prisma.ChannelWhereInput {
  const starts = (text: string, length: number) => (text.length === length ? text : { startsWith: text })
  return {
    ...mine(reader),
    ...(filter.status && { OR: filter.status.map(whereState) }),
    ...(filter.network && { network: filter.network }),
    ...(filter.resource && { resourceId: filter.resource }),
    ...(filter.payer && { payer: starts(filter.payer, 42) }),
    ...(filter.id && { id: starts(filter.id, 66) }),
    ...(filter.parked && { parkedReason: { not: null } }),
  }
}

function whereState(state: ChannelState): Prisma.ChannelWhereInput {
  if (state === 'open') return { status: 'open', closeRequestedAt: null }
  if (state === 'close_requested') return { status: 'open', closeRequestedAt: { not: null } }
  return { status: state }
}
