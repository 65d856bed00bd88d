import { env } from '../env'
import { prisma } from '@/lib/db'
import type * as ChannelView from './ChannelView'
import { rowSelect, toRow } from './list-channels'

/**
 * A wallet's channels that still hold money on chain, newest first; at most 100. Reads only.
 * @param wallet canonical address of who asks: nothing of anybody else is read.
 */
export async function listCredit(wallet: string): Promise<ChannelView.ChannelCredit[]> {
  const rows = await prisma().channel.findMany({
    where: { payer: wallet, status: { in: ['opening', 'open', 'closing'] } },
    orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
    take: 100,
    select: {
      ...rowSelect,
      protocol: true,
      escrow: true,
      graceSeconds: true,
      resource: { select: { ...rowSelect.resource.select, merchant: { select: { slug: true, name: true } } } },
    },
  })
  return rows.map((row) => {
    const channel = toRow(row)
    const left = BigInt(channel.depositBase) - BigInt(channel.spentBase)
    return {
      ...channel,
      protocol: row.protocol,
      escrow: row.escrow,
      graceSeconds: row.graceSeconds,
      seller: row.resource.merchant.name,
      url: `${env.PUBLIC_URL}/gateway/${row.resource.merchant.slug}${row.resource.path}`,
      leftBase: (left > 0n ? left : 0n).toString(),
    }
  })
}
