import type { Reader } from '../ctx'
import { prisma, type Prisma } from '@/lib/db'
import { loadPage, Page } from '@/lib/paging'
import type { DeliveryFilter } from './DeliveryFilter'

/** A delivery as a list shows it. */
export type DeliveryRow = {
  id: string
  type: string
  /** "transaction:{id}", "payment:{id}", … */
  subject: string
  url: string
  status: string
  attempts: number
  createdAt: string
  deliveredAt: string | null
  /** When it is tried next; null unless it waits. */
  dueAt: string | null
}

export type DeliveryTry = { number: number; at: string; httpStatus: number | null; durationMs: number; detail: string }

export type DeliveryDetail = DeliveryRow & {
  merchantId: string
  endpointId: string | null
  transactionId: string | null
  /** Position of its event in the audit trail. */
  eventSeq: string | null
  /** Exactly as it is signed and sent. */
  payload: string
  tries: DeliveryTry[]
}

/** One page of what was told to one endpoint, newest first; `null` stands for the callback URLs of intents. */
export async function listDeliveries(
  reader: Reader,
  endpointId: string | null,
  filter: DeliveryFilter,
  ask: Page.PageRequest,
): Promise<Page.Page<DeliveryRow>> {
  const where: Prisma.WebhookDeliveryWhereInput = {
    endpointId,
    ...(!reader.operator && { merchantId: reader.merchantId }),
    ...(filter.status && { status: { in: filter.status } }),
    ...(filter.type && { type: { in: filter.type } }),
    ...(filter.about !== undefined && { subject: { endsWith: `:${filter.about}` } }),
  }
  const page = await loadPage<Selected>(ask, {
    find: (asked) => {
      const cursor = asked.after ?? asked.before
      const position = cursor && /^[0-9]{1,18}$/.test(cursor.id) ? BigInt(cursor.id) : undefined
      return prisma().webhookDelivery.findMany({
        where: {
          AND: [where, position === undefined ? {} : { position: asked.before ? { gt: position } : { lt: position } }],
        },
        select,
        orderBy: { position: asked.before ? 'asc' : 'desc' },
        take: asked.size + 1,
      })
    },
    count: (limit) => prisma().webhookDelivery.count({ where, orderBy: { position: 'desc' }, take: limit }),
    cursorOf: (row) => ({ atMs: row.createdAt.getTime(), id: row.position.toString() }),
  })
  return Page.map(page, toRow)
}

/** One delivery with its tries, or undefined when it is not there or not the reader's. `id` is a UUID. */
export async function getDelivery(reader: Reader, id: string): Promise<DeliveryDetail | undefined> {
  const row = await prisma().webhookDelivery.findUnique({
    where: { id },
    select: {
      ...select,
      endpointId: true,
      merchantId: true,
      transactionId: true,
      eventSeq: true,
      payload: true,
      tries: { orderBy: { number: 'desc' } },
    },
  })
  if (!row || !(reader.operator || row.merchantId === reader.merchantId)) return undefined
  return {
    ...toRow(row),
    merchantId: row.merchantId,
    endpointId: row.endpointId,
    transactionId: row.transactionId,
    eventSeq: row.eventSeq?.toString() ?? null,
    payload: row.payload,
    tries: row.tries.map(({ number, at, httpStatus, durationMs, detail }) => ({
      number,
      at: at.toISOString(),
      httpStatus,
      durationMs,
      detail,
    })),
  }
}

const select = {
  id: true,
  position: true,
  type: true,
  subject: true,
  url: true,
  status: true,
  attempts: true,
  createdAt: true,
  deliveredAt: true,
  dueAt: true,
} satisfies Prisma.WebhookDeliverySelect

type Selected = Prisma.WebhookDeliveryGetPayload<{ select: typeof select }>

function toRow(row: Selected): DeliveryRow {
  return {
    id: row.id,
    type: row.type,
    subject: row.subject,
    url: row.url,
    status: row.status,
    attempts: row.attempts,
    createdAt: row.createdAt.toISOString(),
    deliveredAt: row.deliveredAt?.toISOString() ?? null,
    dueAt: row.status === 'waiting' ? row.dueAt.toISOString() : null,
  }
}
