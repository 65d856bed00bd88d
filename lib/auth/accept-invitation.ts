import type { Ctx } from '../ctx'
import { withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { addMember } from './add-member'
import { startSession } from './start-session'
import { takeInvitation } from './take-invitation'

/**
 * Makes a signed-in wallet a member by a link, and opens the merchant's dashboard. A wallet that is a member already keeps its
 * role, and the link stays usable.
 * @param device as in `startSession`.
 * @returns the session id for the cookie.
 * @throws AppError not-allowed for a link that cannot be used, stale-state for a member.
 */
export async function acceptInvitation(ctx: Ctx, wallet: string, token: string, device: string): Promise<string> {
  const member: Ctx = { ...ctx, actor: { kind: 'member', id: wallet } }
  return withTransaction(async (tx) => {
    const { merchantId, role } = await takeInvitation(tx, wallet, token, 'member')
    if (merchantId === null) throw new AppError('not-found', 'There is no such merchant.')
    if (!(await addMember(tx, member, { merchantId, address: wallet, role })))
      throw new AppError('stale-state', 'Your wallet is a member of this shop already. Sign in to open it.')
    return startSession(tx, member, { address: wallet, merchantId, device })
  })
}
