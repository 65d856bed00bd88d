import type { Reader } from '../ctx'
import { labelNetwork, labelToken } from '@/lib/chains'
import { allOf, pageQuery, sql, type Sql } from '@/lib/db'
import { loadPage, Page } from '@/lib/paging'
import { atRiskBase, prepaidBase, type Channel } from './Channel'
import type { ChannelFilter, ChannelState } from './ChannelFilter'
import type * as ChannelView from './ChannelView'

/** What `toRow` reads of a channel `t` and its resource `r`; nothing long. */
export const rowColumns = sql`
  t.id, t.created_at, t.status, t.network, t.asset, t.payer, t.deposit_base, t.accepted_base, t.spent_base, t.settled_base, t.units, t.vouchers,
  t.last_voucher_at, t.close_requested_at, t.close_deadline_at, t.settlement_id, t.parked_reason,
  jsonb_build_object('id', r.id, 'method', r.method, 'path', r.path, 'name', r.name, 'unitType', r.unit_type) AS resource`

export const rowTables = sql`channel t JOIN resource r ON r.id = t.resource_id`

export type ChannelRow = Pick<
  Channel,
  | 'id'
  | 'status'
  | 'network'
  | 'asset'
  | 'payer'
  | 'depositBase'
  | 'acceptedBase'
  | 'spentBase'
  | 'settledBase'
  | 'units'
  | 'vouchers'
  | 'closeRequestedAt'
  | 'closeDeadlineAt'
> & {
  createdAt: Date
  lastVoucherAt: Date | null
  settlementId: string | null
  parkedReason: string | null
  resource: ChannelView.ChannelResource
}

/** One page of the channels that the reader may see, newest first. Reads only. */
export async function listChannels(
  reader: Reader,
  filter: ChannelFilter,
  ask: Page.PageRequest,
): Promise<Page.Page<ChannelView.ChannelListRow>> {
  return Page.map(await loadPage<ChannelRow>(ask, channelSource(reader, filter)), toRow)
}

/** The reads of the list, for `loadPage` and `readAll`. */
export function channelSource(reader: Reader, filter: ChannelFilter) {
  return {
    ...pageQuery<ChannelRow>({
      columns: rowColumns,
      from: rowTables,
      where: whereOf(reader, filter),
      at: sql`t.created_at`,
      id: sql`t.id`,
      idType: 'text',
    }),
    cursorOf: (row: ChannelRow) => ({ atMs: row.createdAt.getTime(), id: row.id }),
  }
}

/** Which rows `t` a reader may see: an operator every one, a member those of its merchant. */
export function visible(reader: Reader): Sql | undefined {
  return reader.operator ? undefined : sql`t.merchant_id = ${reader.merchantId}::uuid`
}

export function toRow(row: ChannelRow): ChannelView.ChannelListRow {
  const { depositBase: deposit, acceptedBase: accepted, spentBase: spent, settledBase: settled } = row
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

function whereOf(reader: Reader, filter: ChannelFilter): Sql {
  const starts = (column: Sql, text: string | undefined, length: number) =>
    text !== undefined && (text.length === length ? sql`${column} = ${text}` : sql`${column} LIKE ${`${text}%`}`)
  return allOf(
    visible(reader),
    filter.status && sql`(${anyOf(filter.status.map(whereState))})`,
    filter.network !== undefined && sql`t.network = ${filter.network}`,
    filter.resource !== undefined && sql`t.resource_id = ${filter.resource}::uuid`,
    // Both hold hex digits only, so that nothing in them is a wildcard.
    starts(sql`t.payer`, filter.payer, 42),
    starts(sql`t.payee`, filter.payee, 42),
    starts(sql`t.asset`, filter.token, 42),
    starts(sql`t.id`, filter.id, 66),
    filter.parked && sql`t.parked_reason IS NOT NULL`,
  )
}

function whereState(state: ChannelState): Sql {
  if (state === 'open') return sql`t.status = 'open' AND t.close_requested_at IS NULL`
  if (state === 'close_requested') return sql`t.status = 'open' AND t.close_requested_at IS NOT NULL`
  return sql`t.status = ${state}::channel_status`
}

function anyOf(conditions: readonly Sql[]): Sql {
  return conditions.reduce<Sql>((any, one) => sql`${any} OR (${one})`, sql`false`)
}
