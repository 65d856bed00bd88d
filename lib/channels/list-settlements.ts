import type { Reader } from '../ctx'
import { labelNetwork, labelToken } from '@/lib/chains'
import { prisma } from '@/lib/db'
import type * as ChannelView from './ChannelView'
import { mine } from './list-channels'
import * as Schedule from './Schedule'

/** How many settlements a page about one channel or batch shows at most. */
export const settlementsMax = 500

/** What was, or is to be, paid out for a channel or in a batch, newest first; at most 500. Reads only. */
export async function listSettlements(
  reader: Reader,
  of: { channelId: string } | { batchId: string },
): Promise<ChannelView.Settlement[]> {
  const rows = await prisma().channelSettlement.findMany({
    where: { ...of, ...(!reader.operator && { channel: mine(reader) }) },
    orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
    take: settlementsMax,
    include: {
      batch: { select: { transactionId: true } },
      channel: { select: { payer: true, network: true, asset: true } },
    },
  })
  const transactions = await prisma().transaction.findMany({
    where: { id: { in: [...new Set(rows.flatMap(({ batch }) => batch.transactionId ?? []))] } },
    select: { id: true, hash: true },
  })
  const hashes = new Map(transactions.map(({ id, hash }) => [id, hash]))
  return rows.map((row) => ({
    id: row.id,
    batchId: row.batchId,
    channelId: row.channelId,
    payer: row.channel.payer,
    kind: row.kind as ChannelView.Settlement['kind'],
    trigger: row.trigger,
    reason: Schedule.reasons[row.trigger as Schedule.Trigger] ?? row.trigger,
    status: row.status,
    network: labelNetwork(row.channel.network),
    token: labelToken(row.channel.network, row.channel.asset),
    cumulativeBase: row.cumulativeBase.toFixed(0),
    spentBase: row.spentBase.toFixed(0),
    units: row.units.toString(),
    vouchers: row.vouchers.toString(),
    paidBase: row.paidBase?.toFixed(0) ?? null,
    error: row.error,
    createdAt: row.createdAt.toISOString(),
    appliedAt: row.appliedAt?.toISOString() ?? null,
    hash: (row.batch.transactionId && hashes.get(row.batch.transactionId)) ?? null,
  }))
}
