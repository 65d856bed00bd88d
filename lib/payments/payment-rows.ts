import type { Reader } from '../ctx'
import { labelNetwork, labelToken } from '@/lib/chains'
import { sql, type Sql } from '@/lib/db'
import type { PaymentStatus, SettlementState } from './Payment'
import type * as PaymentView from './PaymentView'

/** What `toRow` reads of a payment `t` and its resource `r`; nothing secret, nothing long. */
export const rowColumns = sql`
  t.id, t.created_at, t.status, t.settlement, t.wire, t.network, t.asset, t.amount_base, t.payer, t.pay_to, t.tx_hash, t.refunded_base,
  CASE WHEN r.id IS NULL THEN NULL
    ELSE jsonb_build_object('id', r.id, 'method', r.method, 'path', r.path, 'name', r.name) END AS resource`

export const rowTables = sql`payment t LEFT JOIN resource r ON r.id = t.resource_id`

export type PaymentRow = {
  id: string
  createdAt: Date
  status: PaymentStatus
  settlement: SettlementState
  wire: string
  network: string
  asset: string
  amountBase: bigint
  payer: string
  payTo: string
  txHash: string | null
  refundedBase: bigint
  resource: PaymentView.PaymentListRow['resource']
}

/** Which rows `t` a reader may see: an operator every one, a member those of its merchant. */
export function visible(reader: Reader): Sql | undefined {
  return reader.operator ? undefined : sql`t.merchant_id = ${reader.merchantId}::uuid`
}

export function toRow(row: PaymentRow): PaymentView.PaymentListRow {
  return {
    kind: 'payment',
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    status: row.status,
    settlement: row.settlement,
    wire: row.wire,
    network: labelNetwork(row.network),
    token: labelToken(row.network, row.asset),
    amountBase: row.amountBase.toString(),
    payer: row.payer,
    payTo: row.payTo,
    resource: row.resource,
    txHash: row.txHash,
    refundedBase: row.refundedBase.toString(),
  }
}

/**
 * Conditions on a payment `t` and a channel `t`: the lines of the reader's list, with its merchant's label if one is wanted. Facilitated
 * payments are in no merchant's books.
 */
export function readableLines(reader: Reader, { label }: { label?: string | undefined } = {}) {
  const own = visible(reader) ?? sql`true`
  const labelled = (id: Sql, type: Sql) =>
    label === undefined
      ? sql`true`
      : sql`t.id = ANY(ARRAY(SELECT n.subject_id::${type} FROM payment_note n
          WHERE n.merchant_id = ${reader.merchantId}::uuid AND n.label = ${label} AND ${id}))`
  return {
    ofPayments: sql`${own} AND t.origin = 'gateway' AND ${labelled(sql`n.subject_id NOT LIKE '0x%'`, sql`uuid`)}`,
    ofChannels: sql`${own} AND ${labelled(sql`n.subject_id LIKE '0x%'`, sql`text`)}`,
  }
}
