import type { Reader } from '../ctx'
import { db, prisma, sql, type Prisma } from '@/lib/db'
import { Page } from '@/lib/paging'

/** An endpoint as pages show it: plain data, its secret as its last four characters. */
export type WebhookEndpointView = {
  id: string
  merchantId: string
  url: string
  description: string
  types: string[]
  last4: string
  /** The secret before signs too until then. */
  previousUntil: string | null
  createdAt: string
  failingSince: string | null
  disabledAt: string | null
  disabledWhy: string | null
  /** Deliveries that wait to be tried, or tried again; more than `Page.countMax` stands for any number above it. */
  waiting: number
}

/** Every endpoint that the reader may see, those that are on first. */
export async function listEndpoints(reader: Reader): Promise<WebhookEndpointView[]> {
  const rows = await prisma().webhookEndpoint.findMany({
    where: reader.operator ? {} : { merchantId: reader.merchantId },
    select,
    orderBy: [{ disabledAt: { sort: 'desc', nulls: 'first' } }, { createdAt: 'desc' }],
    take: 200,
  })
  const waiting = await countWaiting(rows)
  return rows.map((row) => toView(row, waiting))
}

/** One endpoint, or undefined when it is not there or not the reader's. `id` is a UUID. */
export async function getEndpoint(reader: Reader, id: string): Promise<WebhookEndpointView | undefined> {
  const row = await prisma().webhookEndpoint.findUnique({ where: { id }, select })
  if (!row || !(reader.operator || row.merchantId === reader.merchantId)) return undefined
  return toView(row, await countWaiting([row]))
}

const select = {
  id: true,
  merchantId: true,
  url: true,
  description: true,
  types: true,
  last4: true,
  previousUntil: true,
  createdAt: true,
  failingSince: true,
  disabledAt: true,
  disabledWhy: true,
} satisfies Prisma.WebhookEndpointSelect

type Selected = Prisma.WebhookEndpointGetPayload<{ select: typeof select }>

/** By the index of what waits: what was delivered is not looked at. */
async function countWaiting(rows: readonly Selected[]): Promise<ReadonlyMap<string, number>> {
  const counted = await db.query<{ id: string; waiting: number }>(sql`
    SELECT e.id, w.waiting FROM unnest(${rows.map(({ id }) => id)}::uuid[]) AS e(id) CROSS JOIN LATERAL (
      SELECT count(*)::int AS waiting FROM (
        SELECT FROM webhook_delivery d WHERE d.target = e.id::text AND d.status = 'waiting' LIMIT ${Page.countLimit}) one) w`)
  return new Map(counted.map(({ id, waiting }) => [id, waiting]))
}

function toView(row: Selected, waiting: ReadonlyMap<string, number>): WebhookEndpointView {
  const rotating = row.previousUntil !== null && row.previousUntil.getTime() > Date.now()
  return {
    ...row,
    previousUntil: rotating ? (row.previousUntil?.toISOString() ?? null) : null,
    createdAt: row.createdAt.toISOString(),
    failingSince: row.failingSince?.toISOString() ?? null,
    disabledAt: row.disabledAt?.toISOString() ?? null,
    waiting: waiting.get(row.id) ?? 0,
  }
}
