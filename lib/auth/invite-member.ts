import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import * as Invitation from './Invitation'
import { assertMay, type MemberScope } from './MemberScope'
import { createToken, hashToken } from './token'

const openMax = 50

/**
 * Makes a link that lets its first user join the scope's merchant with a role; or, for an operator with `forShop`, open a shop
 * of its own. Two calls make two links.
 * @returns the token of the link: it is shown once, and only its hash is stored.
 * @throws AppError bad-input, not-allowed
 */
export async function inviteMember(
  ctx: Ctx,
  scope: MemberScope,
  input: unknown,
  forShop = false,
): Promise<{ id: string; token: string }> {
  const merchantId = forShop ? null : scope.merchantId
  assertMay(scope, merchantId, 'members')
  const { role, note } = Invitation.parseDraft(forShop ? { ...(input as object), role: 'owner' } : input)
  const [id, token] = [ctx.id(), createToken()]
  await withTransaction(async (tx) => {
    const [open] = await tx.query<{ count: bigint }>(sql`
      SELECT count(*) FROM invitation WHERE merchant_id IS NOT DISTINCT FROM ${merchantId}::uuid
        AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > now()`)
    if (Number(open?.count ?? 0) >= openMax)
      throw new AppError('bad-input', `There are ${openMax} open invitations. Revoke one first.`)
    await tx.execute(sql`
      INSERT INTO invitation (id, merchant_id, role, note, hash, created_by, expires_at)
      VALUES (${id}::uuid, ${merchantId}::uuid, ${role}::role, ${note}, ${hashToken(token)}, ${scope.address},
        now() + make_interval(days => ${Invitation.daysValid}::int))`)
    const data = { invitationId: id, role, forShop }
    await recordEvent(tx, ctx, {
      type: 'invitation.created',
      merchantId: merchantId ?? undefined,
      data,
      sensitive: { note },
    })
  })
  return { id, token }
}
