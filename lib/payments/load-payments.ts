import { Address, chains, labelNetwork, labelToken } from '@/lib/chains'
import { db, sql, type Sql } from '@/lib/db'
import { Amount } from '@/lib/money'
import { Filter, loadPage, Page } from '@/lib/paging'
import { sessionSettlements, sessionStates, settlements, statuses, type PaymentFilter } from './PaymentFilter'
import { allRows, countLines, type LineConditions } from './count-lines'
import type * as PaymentView from './PaymentView'

/** Whose lines are read: conditions on a payment `t` and on a channel `t`. */
export type LineOwner = { ofPayments: Sql; ofChannels: Sql }

/** One page of the lines of these owners, which share none. Each is read by its own index: a condition over all of them could not be. */
export async function loadPaymentLines(
  owners: readonly LineOwner[],
  filter: PaymentFilter,
  ask: Page.PageRequest,
  isReversed = false,
): Promise<Page.Page<PaymentView.PaymentLine>> {
  const wanted = owners.map(({ ofPayments, ofChannels }) => paymentConditions(ofPayments, ofChannels, filter))
  const page = await loadPage<LineRow>(ask, {
    find: (asked) => db.query<LineRow>(paymentLines(wanted, asked)),
    count: (limit) => countLines(wanted, limit),
    cursorOf: lineCursor,
    isReversed,
  })
  return Page.map(page, toLine)
}

/** Further columns, each part beginning with a comma: of a line, and as a payment `t` and a channel `t` deliver them. */
type MoreColumns = { line: Sql; payment: Sql; session: Sql }
const noMore: MoreColumns = { line: sql``, payment: sql``, session: sql`` }

/** The place of a line in the list. */
export const lineCursor = (row: LineRow): Page.Cursor => ({ atMs: row.createdAt.getTime(), id: row.id })

/** The filter as conditions on a payment `t` and on a channel `t`. */
export function paymentConditions(ofPayments: Sql, ofChannels: Sql, filter: PaymentFilter): LineConditions {
  return { payments: paymentsOf(ofPayments, filter), sessions: sessionsOf(ofChannels, filter) }
}

export type LineRow = {
  kind: PaymentView.PaymentLine['kind']
  id: string
  createdAt: Date
  status: string
  settlement: string
  wire: string
  network: string
  asset: string
  amountBase: bigint
  payer: string
  payTo: string
  txHash: string | null
  refundedBase: bigint
  units: bigint
  vouchers: bigint
  resource: PaymentView.PaymentLine['resource']
}

const sessionState = sql`CASE WHEN t.status = 'open' AND t.close_requested_at IS NOT NULL THEN 'close_requested' ELSE t.status::text END`

const sessionSettlement = sql`CASE WHEN t.settlement_id IS NOT NULL THEN 'pending' WHEN t.settled_base = 0 THEN 'none'
  WHEN t.settled_base < t.spent_base THEN 'partly' ELSE 'settled' END`

/**
 * Each table delivers its own page by its own index; the first rows of both are the page. A payment's id is a uuid and a
 * channel's a hash: rows of the same instant are ordered by their text, byte by byte, which is also a uuid's own order.
 */
export function paymentLines(
  wanted: readonly LineConditions[],
  ask: Page.PageRequest,
  more: MoreColumns = noMore,
): Sql {
  const older = ask.before === undefined
  const cursor = ask.after ?? ask.before
  const at = new Date(cursor?.atMs ?? 0)
  const id = sql`t.id::text COLLATE "C"`
  const beyond = older
    ? sql`t.created_at <= ${at} AND (t.created_at < ${at} OR ${id} > ${cursor?.id ?? ''})`
    : sql`t.created_at >= ${at} AND (t.created_at > ${at} OR ${id} < ${cursor?.id ?? ''})`
  const window = cursor ? beyond : sql`true`
  const take = ask.size + 1
  const order = (createdAt: Sql, by: Sql) =>
    older ? sql`${createdAt} DESC, ${by} ASC` : sql`${createdAt} ASC, ${by} DESC`
  const lines = allRows(wanted, ({ payments, sessions }) =>
    selectLines({
      payments: sql`${payments} AND ${window} ORDER BY ${order(sql`t.created_at`, sql`t.id`)} LIMIT ${take}`,
      sessions: sql`${sessions} AND ${window} ORDER BY ${order(sql`t.created_at`, id)} LIMIT ${take}`,
      more,
    }),
  )
  return sql`${joinResources(lines, more.line)} ORDER BY ${order(sql`line.created_at`, sql`line.id`)} LIMIT ${take}`
}

/** Lines of payments `t`, of channels `t`, or of both; each condition with its order and limit. */
export function selectLines({
  payments,
  sessions,
  more = noMore,
}: Partial<LineConditions> & { more?: MoreColumns }): Sql {
  const id = sql`t.id::text COLLATE "C"`
  const ofPayments =
    payments &&
    sql`(SELECT 'payment' AS kind, ${id} AS id, t.created_at, t.status::text, t.settlement::text, t.wire, t.network, t.asset,
      t.amount_base, t.payer, t.pay_to, t.tx_hash, t.refunded_base, 0::int8 AS units, 0::int8 AS vouchers, t.resource_id${more.payment}
      FROM payment t WHERE ${payments})`
  const ofSessions =
    sessions &&
    sql`(SELECT 'session' AS kind, ${id} AS id, t.created_at, ${sessionState} AS status, ${sessionSettlement} AS settlement, t.wire, t.network,
      t.asset, t.spent_base AS amount_base, t.payer, t.payee AS pay_to, NULL AS tx_hash, 0 AS refunded_base, t.units, t.vouchers,
      t.resource_id${more.session} FROM channel t WHERE ${sessions})`
  if (ofPayments && ofSessions) return sql`${ofPayments} UNION ALL ${ofSessions}`
  return ofPayments ?? ofSessions ?? sql``
}

/** Lines with the resource that was bought; `more`: further columns, beginning with a comma. */
export function joinResources(lines: Sql, more: Sql): Sql {
  return sql`
    SELECT line.kind, line.id, line.created_at, line.status, line.settlement, line.wire, line.network,
      line.asset, line.amount_base, line.payer, line.pay_to, line.tx_hash, line.refunded_base,
      line.units, line.vouchers${more},
      CASE WHEN r.id IS NOT NULL
        THEN json_build_object('id', r.id, 'method', r.method, 'path', r.path, 'name', r.name) END AS resource
    FROM (${lines}) line LEFT JOIN resource r ON r.id = line.resource_id`
}

export function toLine({ kind, units, vouchers, txHash, refundedBase, ...row }: LineRow): PaymentView.PaymentLine {
  const { asset, createdAt, amountBase, ...same } = row
  const line = {
    ...same,
    createdAt: createdAt.toISOString(),
    network: labelNetwork(row.network),
    token: labelToken(row.network, asset),
    amountBase: amountBase.toString(),
  }
  return kind === 'payment'
    ? {
        ...(line as Omit<PaymentView.PaymentListRow, 'kind' | 'txHash' | 'refundedBase'>),
        kind,
        txHash,
        refundedBase: refundedBase.toString(),
      }
    : {
        ...(line as Omit<PaymentView.SessionLine, 'kind' | 'units' | 'vouchers'>),
        kind,
        units: units.toString(),
        vouchers: vouchers.toString(),
      }
}

/** Condition on a payment `t`. */
function paymentsOf(owned: Sql, filter: PaymentFilter): Sql {
  const wanted = statuses.filter((status) => filter.status?.includes(status))
  const known = settlements.filter((settlement) => filter.settlement?.includes(settlement))
  return every([
    filter.kind === 'session' ? sql`false` : undefined,
    ...common(owned, filter, { amount: sql`t.amount_base`, payTo: sql`t.pay_to` }),
    filter.ids && sql`t.id = ANY(${filter.ids.filter(Filter.isId)}::uuid[])`,
    filter.status && anyOf(wanted.map(isStatus)),
    filter.settlement && anyOf(known.map((settlement) => sql`t.settlement = ${settlement}::settlement_status`)),
  ])
}

/** A delivered payment of which a part was refunded is a state of its own. */
function isStatus(status: (typeof statuses)[number]): Sql {
  if (status === 'partly_refunded') return sql`(t.refunded_base > 0 AND t.status = 'delivered')`
  return sql`t.status = ${status}::payment_status`
}

/** Condition on a channel `t`. */
function sessionsOf(owned: Sql, filter: PaymentFilter): Sql {
  const wanted = sessionStates.filter((state) => filter.status?.includes(state))
  const known = sessionSettlements.filter((settlement) => filter.settlement?.includes(settlement))
  return every([
    filter.kind === 'payment' ? sql`false` : undefined,
    ...common(owned, filter, { amount: sql`t.spent_base`, payTo: sql`t.payee` }),
    filter.ids && sql`t.id = ANY(${filter.ids}::text[])`,
    filter.status && anyOf(wanted.map(isState)),
    filter.settlement && anyOf(known.map((settlement) => isSettled[settlement])),
  ])
}

/** `sessionState` and `sessionSettlement` as conditions that indexes support. */
function isState(state: (typeof sessionStates)[number]): Sql {
  if (state === 'open') return sql`t.status = 'open' AND t.close_requested_at IS NULL`
  if (state === 'close_requested') return sql`t.status = 'open' AND t.close_requested_at IS NOT NULL`
  return sql`t.status = ${state}::channel_status`
}

const isSettled: Record<(typeof sessionSettlements)[number], Sql> = {
  none: sql`t.settlement_id IS NULL AND t.settled_base = 0`,
  pending: sql`t.settlement_id IS NOT NULL`,
  partly: sql`t.settlement_id IS NULL AND t.settled_base > 0 AND t.settled_base < t.spent_base`,
  settled: sql`t.settlement_id IS NULL AND t.settled_base > 0 AND t.settled_base >= t.spent_base`,
}

/** Conditions on what both tables have. */
function common(owned: Sql, filter: PaymentFilter, column: { amount: Sql; payTo: Sql }): (Sql | undefined)[] {
  const { gte, lt } = Filter.between(filter.from, filter.to) ?? {}
  const { min, max } = filter
  return [
    owned,
    filter.protocol && sql`t.protocol = ANY(${filter.protocol}::text[])`,
    filter.wire && sql`t.wire = ANY(${filter.wire}::text[])`,
    filter.network === undefined ? undefined : sql`t.network = ${filter.network}`,
    filter.resource === undefined ? undefined : sql`t.resource_id = ${filter.resource}::uuid`,
    startsWith(sql`t.payer`, filter.payer),
    startsWith(column.payTo, filter.payTo),
    startsWith(sql`t.asset`, filter.token),
    gte && sql`t.created_at >= ${gte}`,
    lt && sql`t.created_at < ${lt}`,
    min === undefined && max === undefined ? undefined : worth(column.amount, min, max),
  ]
}

function startsWith(column: Sql, address: string | undefined): Sql | undefined {
  if (address === undefined) return undefined
  return address.length === 42 ? sql`${column} = ${address}` : sql`${column} LIKE ${`${address}%`}`
}

/** Dollars in base units of every sold token, because tokens differ in decimals. */
function worth(amount: Sql, min: bigint | undefined, max: bigint | undefined): Sql {
  const tokens = chains.flatMap(({ network, assets }) =>
    assets.map(({ address, decimals }) =>
      every([
        sql`t.network = ${network} AND t.asset = ${Address.canonical(network, address)}`,
        min === undefined ? undefined : sql`${amount} >= ${Amount.microsToBase(min, decimals)}`,
        max === undefined ? undefined : sql`${amount} <= ${Amount.microsToBase(max, decimals)}`,
      ]),
    ),
  )
  return anyOf(tokens)
}

function every(conditions: readonly (Sql | undefined)[]): Sql {
  return conditions.reduce<Sql>((all, condition) => (condition ? sql`${all} AND ${condition}` : all), sql`true`)
}

/** False if there are no conditions. */
function anyOf(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`false` : sql`(${conditions.reduce((some, one) => sql`${some} OR ${one}`)})`
}
