import { AppError } from '@/lib/errors'
import type { Resource } from '@/lib/merchants'

/**
 * Refuses what would begin a sale while a resource or its whole shop is paused, or when the shop was closed. Payments that were claimed before do not come
 * here: they are finished.
 * @throws AppError paused, shop-closed
 */
export function assertOnSale({ status, name, isClosed }: Pick<Resource, 'status' | 'name' | 'isClosed'>): void {
  if (isClosed) throw new AppError('shop-closed', 'The seller has closed its shop for good. You were not charged.')
  if (status !== 'paused') return
  throw new AppError('paused', `The seller has paused "${name}" for a while. You were not charged.`)
}
