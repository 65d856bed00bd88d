import type { Reader } from '../ctx'
import { labelNetwork, labelToken } from '@/lib/chains'
import { allOf, pageQuery, sql, type Sql } from '@/lib/db'
import { Filter } from '@/lib/paging'
import type { DisputeFilter, DisputeTab } from './DisputeFilter'
import type { DisputeRow } from './DisputeView'

/** What `toDisputeRow` reads of a dispute `t`. */
export const disputeColumns = sql`
  t.id, t.payment_id, t.external_id, t.status, t.reason, t.network_reason, t.network, t.asset, t.amount_base, t.fee_base, t.opened_at,
  t.due_by, t.submitted_at, t.accepted_at, t.closed_at, t.evidence,
  EXISTS (SELECT FROM external_attempt e WHERE e.external_id = t.external_id AND e.status = 'sent') AS is_answering`

type Times = 'openedAt' | 'dueBy' | 'submittedAt' | 'acceptedAt' | 'closedAt'

export type DisputeRecord = Omit<DisputeRow, Times | 'network' | 'token' | 'amountBase' | 'feeBase'> & {
  network: string
  asset: string
  amountBase: bigint
  feeBase: bigint
  openedAt: Date
  dueBy: Date | null
  submittedAt: Date | null
  acceptedAt: Date | null
  closedAt: Date | null
}

export function toDisputeRow({ asset, ...row }: DisputeRecord): DisputeRow {
  return {
    ...row,
    network: labelNetwork(row.network),
    token: labelToken(row.network, asset),
    amountBase: row.amountBase.toString(),
    feeBase: row.feeBase.toString(),
    openedAt: row.openedAt.toISOString(),
    dueBy: row.dueBy?.toISOString() ?? null,
    submittedAt: row.submittedAt?.toISOString() ?? null,
    acceptedAt: row.acceptedAt?.toISOString() ?? null,
    closedAt: row.closedAt?.toISOString() ?? null,
  }
}

/** The reads of the list of disputes, for `loadPage` and `readAll`. */
export function disputeSource(reader: Reader, filter: DisputeFilter) {
  return {
    ...pageQuery<DisputeRecord>({
      columns: disputeColumns,
      from: sql`dispute t`,
      where: whereOf(reader, filter),
      at: sql`t.opened_at`,
      id: sql`t.id`,
    }),
    cursorOf: (row: DisputeRecord) => ({ atMs: row.openedAt.getTime(), id: row.id }),
  }
}

/** SQL conditions on a dispute `t`. */
export const ofTab: Record<DisputeTab, Sql> = {
  open: sql`t.closed_at IS NULL`,
  won: sql`t.status IN ('won', 'prevented', 'warning_closed')`,
  lost: sql`t.status = 'lost'`,
}

export function whereOf(reader: Reader, { tab, status, network, from, to }: DisputeFilter): Sql {
  const { gte, lt } = Filter.between(from, to) ?? {}
  const [one] = tab ?? []
  return allOf(
    ownDispute(reader),
    one !== undefined && tab?.length === 1 && ofTab[one],
    status && sql`t.status = ANY(${status}::text[])`,
    network !== undefined && sql`t.network = ${network}`,
    gte && sql`t.opened_at >= ${gte}`,
    lt && sql`t.opened_at < ${lt}`,
  )
}

export function ownDispute(reader: Reader): Sql | undefined {
  return reader.operator ? undefined : sql`t.merchant_id = ${reader.merchantId}::uuid`
}
