import { AppError } from '@/lib/errors'
import type { Resource } from '@/lib/merchants'

/**
 * Refuses what would begin a sale while a resource or its whole shop is paused. Payments that were claimed before do not come
 * here: they are finished.
 * @throws AppError paused
 */
export function assertOnSale({ status, name }: Pick<Resource, 'status' | 'name'>): void {
  if (status !== 'paused') return
  throw new AppError('paused', `The seller has paused "${name}" for a while. You were not charged.`)
}
