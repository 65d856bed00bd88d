import type { Reader } from '../ctx'
import { prisma, type Prisma } from '@/lib/db'

/** An endpoint as pages show it: plain data, its secret as its last four characters. */
export type EndpointView = {
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
  /** Deliveries that wait to be tried, or tried again. */
  waiting: number
}

/** Every endpoint that the reader may see, those that are on first. */
export async function listEndpoints(reader: Reader): Promise<EndpointView[]> {
  const rows = await prisma().webhookEndpoint.findMany({
    where: reader.operator ? {} : { merchantId: reader.merchantId },
    select,
    orderBy: [{ disabledAt: { sort: 'desc', nulls: 'first' } }, { createdAt: 'desc' }],
    take: 200,
  })
  return rows.map(toView)
}

/** One endpoint, or undefined when it is not there or not the reader's. `id` is a UUID. */
export async function getEndpoint(reader: Reader, id: string): Promise<EndpointView | undefined> {
  const row = await prisma().webhookEndpoint.findUnique({ where: { id }, select })
  return row && (reader.operator || row.merchantId === reader.merchantId) ? toView(row) : undefined
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
  _count: { select: { deliveries: { where: { status: 'waiting' } } } },
} satisfies Prisma.WebhookEndpointSelect

function toView({ _count, ...row }: Prisma.WebhookEndpointGetPayload<{ select: typeof select }>): EndpointView {
  const rotating = row.previousUntil !== null && row.previousUntil.getTime() > Date.now()
  return {
    ...row,
    previousUntil: rotating ? (row.previousUntil?.toISOString() ?? null) : null,
    createdAt: row.createdAt.toISOString(),
    failingSince: row.failingSince?.toISOString() ?? null,
    disabledAt: row.disabledAt?.toISOString() ?? null,
    waiting: _count.deliveries,
  }
}
