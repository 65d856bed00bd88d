import { sql } from '@/lib/db'

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

/** What `toRow` reads of a delivery `t`. */
export const columns = sql`
  t.id, t.position, t.type, t.subject, t.url, t.status, t.attempts, t.created_at, t.delivered_at, t.due_at`

export type Row = Omit<DeliveryRow, 'createdAt' | 'deliveredAt' | 'dueAt'> & {
  position: bigint
  createdAt: Date
  deliveredAt: Date | null
  dueAt: Date
}

export function toRow(row: Row): DeliveryRow {
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
