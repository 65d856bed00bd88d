import type { Reader } from '../ctx'
import { allOf, db, sql } from '@/lib/db'
import type { Channel } from './Channel'
import type * as ChannelView from './ChannelView'
import { rowColumns, rowTables, toRow, visible, type ChannelRow } from './list-channels'

type Row = ChannelRow &
  Pick<Channel, 'protocol' | 'wire' | 'escrow' | 'payee' | 'operator' | 'signer' | 'reservedBase'> & {
    merchantId: string
    acceptedSignature: Buffer | null
    parkedUntil: Date | null
    openTransactionId: string
    refundedBase: bigint | null
    openedAt: Date | null
    lastSettledAt: Date | null
    closedAt: Date | null
    error: string | null
  }

type TopUpRow = Omit<ChannelView.TopUpView, 'createdAt' | 'appliedAt'> & { createdAt: Date; appliedAt: Date | null }

/** A channel with everything a person may see of it; undefined if it does not exist or is not the reader's. */
export async function getChannel(reader: Reader, id: string): Promise<ChannelView.ChannelDetail | undefined> {
  const [[row], topUps] = await Promise.all([
    db.query<Row>(sql`
      SELECT ${rowColumns}, t.merchant_id, t.protocol, t.wire, t.escrow, t.payee, t.operator, t.signer, t.reserved_base,
        t.accepted_signature, t.parked_until, t.open_transaction_id, t.refunded_base, t.opened_at, t.last_settled_at, t.closed_at, t.error
      FROM ${rowTables} WHERE ${allOf(sql`t.id = ${id}`, visible(reader))}`),
    db.query<TopUpRow>(sql`
      SELECT transaction_id, hash, amount_base::text, created_at, applied_at, error
      FROM channel_top_up WHERE channel_id = ${id} ORDER BY created_at`),
  ])
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
    reservedBase: row.reservedBase.toString(),
    acceptedSignature: row.acceptedSignature && `0x${row.acceptedSignature.toString('hex')}`,
    closeRequestedAt: row.closeRequestedAt?.toISOString() ?? null,
    parkedUntil: row.parkedUntil?.toISOString() ?? null,
    openTransactionId: row.openTransactionId,
    refundedBase: row.refundedBase?.toString() ?? null,
    openedAt: row.openedAt?.toISOString() ?? null,
    lastSettledAt: row.lastSettledAt?.toISOString() ?? null,
    closedAt: row.closedAt?.toISOString() ?? null,
    error: row.error,
    topUps: topUps.map((topUp) => ({
      ...topUp,
      createdAt: topUp.createdAt.toISOString(),
      appliedAt: topUp.appliedAt?.toISOString() ?? null,
    })),
  }
}
