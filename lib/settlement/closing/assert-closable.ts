import { MemberScope } from '@/lib/auth'
import { AppError, wrongFields } from '@/lib/errors'
import { getMerchant } from '@/lib/merchants'
import { findClosingObstacles } from './find-closing-obstacles'

/**
 * Checks that the scope's shop can be closed now. Reads only.
 * @param slug as typed.
 * @throws AppError bad-input for another slug, not-allowed, stale-state with what must be finished.
 */
export async function assertClosable(scope: MemberScope.MemberScope, slug: string): Promise<void> {
  MemberScope.assertMay(scope, scope.merchantId, 'shop')
  const merchant = await getMerchant(scope, scope.merchantId)
  if (merchant.closedAt) throw new AppError('stale-state', 'This shop was closed before.')
  if (slug !== merchant.slug)
    throw wrongFields([{ field: 'slug', message: `Type ${merchant.slug} to close this shop` }])
  const obstacles = await findClosingObstacles(scope.merchantId)
  if (obstacles.length > 0)
    throw new AppError('stale-state', `Not yet: ${obstacles.map(({ words }) => words).join('; ')}.`)
}
