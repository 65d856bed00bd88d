import type { Reader } from '../ctx'
import { env } from '../env'
import { db, sql } from '@/lib/db'
import { AppError } from '@/lib/errors'

export type MerchantView = {
  id: string
  slug: string
  name: string
  /** Since when all of its resources are paused; null if they are not. */
  pausedAt: Date | null
  /** Whether the reader's lists mix it with other merchants: an operator's do. */
  isMixed: boolean
  /** Since when it is closed for good; null: open. */
  closedAt: Date | null
  /** The path of every resource is appended to it. */
  gatewayUrl: string
}

/** @throws AppError not-found, also for a merchant that the reader may not see. */
export async function getMerchant(reader: Reader, id: string): Promise<MerchantView> {
  const visible = reader.operator || id === reader.merchantId
  const [found] = visible
    ? await db.query<Omit<MerchantView, 'gatewayUrl'>>(
        sql`
          SELECT id, slug, name, paused_at, closed_at, (${reader.operator} AND EXISTS (SELECT FROM merchant o WHERE o.id <> m.id)) AS is_mixed
          FROM merchant m WHERE id = ${id}::uuid`,
      )
    : []
  if (!found) throw new AppError('not-found', 'There is no such merchant.')
  return { ...found, gatewayUrl: gatewayUrl(found.slug) }
}

/** The public address of a merchant's resources. */
export function gatewayUrl(slug: string): string {
  return `${env.PUBLIC_URL}/gateway/${slug}`
}
