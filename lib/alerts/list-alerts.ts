import type { Reader } from '../ctx'
import { labelNetwork } from '@/lib/chains'
import { prisma, type Prisma } from '@/lib/db'
import { Amount } from '@/lib/money'
import { Filter, loadPage, Page } from '@/lib/paging'
import * as Rule from './Rule'

/** A rule as pages show it. */
export type RuleView = {
  id: string
  kind: Rule.AlertKind
  /** "A transaction was sent, and is in no block after 5 min". */
  words: string
  /** URL of the endpoint that is told; null: the page only. */
  endpointUrl: string | null
  enabled: boolean
  createdAt: string
  /** Alerts of it that are open. */
  open: number
}

/** An alert as pages show it. */
export type AlertView = {
  id: string
  kind: Rule.AlertKind
  title: string
  subject: string
  message: string
  openedAt: string
  /** Null while it is open. */
  resolvedAt: string | null
}

/** Every rule that the reader may see, those that are on first. */
export async function listRules(reader: Reader): Promise<RuleView[]> {
  const rows = await prisma().alertRule.findMany({
    where: ofReader(reader),
    include: { _count: { select: { alerts: { where: { resolvedAt: null } } } } },
    orderBy: [{ enabled: 'desc' }, { createdAt: 'desc' }],
  })
  const ids = rows.flatMap(({ endpointId }) => endpointId ?? [])
  const endpoints = await prisma().webhookEndpoint.findMany({
    where: { id: { in: ids } },
    select: { id: true, url: true },
  })
  const urls = new Map(endpoints.map(({ id, url }) => [id, url]))
  return rows.map((row) => {
    const condition = Rule.stored(row.kind, row.params)
    return {
      id: row.id,
      kind: condition.kind,
      words: wordsOf(condition),
      endpointUrl: urls.get(row.endpointId ?? '') ?? null,
      enabled: row.enabled,
      createdAt: row.createdAt.toISOString(),
      open: row._count.alerts,
    }
  })
}

/** What is open now, newest first; at most 100. */
export async function listOpenAlerts(reader: Reader): Promise<AlertView[]> {
  const rows = await prisma().alert.findMany({
    where: { resolvedAt: null, rule: ofReader(reader) },
    select,
    orderBy: { openedAt: 'desc' },
    take: 100,
  })
  return rows.map(toView)
}

/** How many are open now. */
export function countOpenAlerts(reader: Reader): Promise<number> {
  return prisma().alert.count({ where: { resolvedAt: null, rule: ofReader(reader) } })
}

/** One page of those that are over, newest first. */
export async function listResolvedAlerts(reader: Reader, ask: Page.PageRequest): Promise<Page.Page<AlertView>> {
  const where: Prisma.AlertWhereInput = { resolvedAt: { not: null }, rule: ofReader(reader) }
  const page = await loadPage<Selected>(ask, {
    find: (asked) => {
      const older = asked.before === undefined
      const cursor = asked.after ?? asked.before
      const at = cursor && Filter.isId(cursor.id) ? new Date(cursor.atMs) : undefined
      const beyond: Prisma.AlertWhereInput[] =
        cursor && at
          ? [
              {
                OR: [
                  { openedAt: older ? { lt: at } : { gt: at } },
                  { openedAt: at, id: older ? { gt: cursor.id } : { lt: cursor.id } },
                ],
              },
            ]
          : []
      return prisma().alert.findMany({
        where: { AND: [where, ...beyond] },
        select,
        orderBy: older ? [{ openedAt: 'desc' }, { id: 'asc' }] : [{ openedAt: 'asc' }, { id: 'desc' }],
        take: asked.size + 1,
      })
    },
    count: (limit) => prisma().alert.count({ where, orderBy: { openedAt: 'desc' }, take: limit }),
    cursorOf: (row) => ({ atMs: row.openedAt.getTime(), id: row.id }),
  })
  return Page.map(page, toView)
}

const select = {
  id: true,
  subject: true,
  message: true,
  openedAt: true,
  resolvedAt: true,
  rule: { select: { kind: true } },
} satisfies Prisma.AlertSelect

type Selected = Prisma.AlertGetPayload<{ select: typeof select }>

function toView(row: Selected): AlertView {
  const kind = row.rule.kind as Rule.AlertKind
  return {
    id: row.id,
    kind,
    title: Rule.kinds[kind]?.title ?? kind,
    subject: row.subject,
    message: row.message,
    openedAt: row.openedAt.toISOString(),
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
  }
}

function ofReader(reader: Reader): Prisma.AlertRuleWhereInput {
  return reader.operator ? {} : { merchantId: reader.merchantId }
}

function wordsOf(condition: Rule.AlertCondition): string {
  const { help } = Rule.kinds[condition.kind]
  if (condition.kind === 'gas') {
    const { symbol, decimals } = Rule.gasOf(condition.network)
    const amount = Amount.toDecimal(condition.belowBase, decimals)
    return `${help} ${amount} ${symbol} on ${labelNetwork(condition.network).name}`
  }
  return 'minutes' in condition ? `${help} ${condition.minutes} min` : help
}
