import type { Ctx } from '../../ctx'
import { issueConfirmation, type Challenge, type MemberScope } from '@/lib/auth'
import { assertClosable } from './assert-closable'
import * as Closing from './Closing'

/**
 * Checks that the scope's shop can be closed now, and gives the text that its owner signs. Stores nothing.
 * @param slug as typed.
 * @throws AppError bad-input for another slug, not-allowed, stale-state with what must be finished.
 */
export async function beginClosing(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  slug: string,
): Promise<Challenge.SiweChallenge> {
  await assertClosable(scope, slug)
  return issueConfirmation(ctx, scope.address, Closing.statement(slug))
}
