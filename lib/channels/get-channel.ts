import type { Reader } from '../ctx'
import { prisma } from '@/lib/db'
import type * as ChannelView from './ChannelView'
import { mine, rowSelect, toRow } from './list-channels'

/** A channel with everything a person may see of it, or undefined when it is not there or not the reader's. */
export async function getChannel(reader: Reader, id: string): Promise<ChannelView.ChannelDetail | undefined> {
  const row = await prisma().channel.findFirst({
    where: { id, ...mine(reader) },
    select: {
      ...rowSelect,
      merchantId: true,
      protocol: true,
      wire: true,
      escrow: true,
      payee: true,
      operator: true,
      signer: true,
      reservedBase: true,
      acceptedSignature: true,
      parkedUntil: true,
      openTransactionId: true,
      refundedBase: true,
      openedAt: true,
      lastSettledAt: true,
      closedAt: true,
      error: true,
      deposits: { orderBy: { createdAt: 'asc' } },
    },
  })
  if (!row) return undefined
  return {
    ...toRow(row),
    merchantId: row.merchantId,
    protocol: row.protocol === 'x402' ? 'x402' : 'mpp',
    wire: row.wire,
    escrow: row.escrow,
    payee: row.payee,
    operator: row.operator,
    signer: row.signer,
    reservedBase: row.reservedBase.toFixed(0),
    acceptedSignature: row.acceptedSignature && `0x${Buffer.from(row.acceptedSignature).toString('hex')}`,
    closeRequestedAt: row.closeRequestedAt?.toISOString() ?? null,
    parkedUntil: row.parkedUntil?.toISOString() ?? null,
    openTransactionId: row.openTransactionId,
    refundedBase: row.refundedBase?.toFixed(0) ?? null,
    openedAt: row.openedAt?.toISOString() ?? null,
    lastSettledAt: row.lastSettledAt?.toISOString() ?? null,
    closedAt: row.closedAt?.toISOString() ?? null,
    error: row.error,
    topUps: row.deposits.map((deposit) => ({
      transactionId: deposit.transactionId,
      hash: deposit.hash,
      amountBase: deposit.amountBase.toFixed(0),
      createdAt: deposit.createdAt.toISOString(),
      appliedAt: deposit.appliedAt?.toISOString() ?? null,
      error: deposit.error,
    })),
  }
}
