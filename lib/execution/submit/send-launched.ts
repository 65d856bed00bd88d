import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { broadcastAttempt } from '../broadcast-attempt'
import { type SignedAttempt } from './sign-attempt'
import { type Launch } from './launch'

/**
 * Sends what a launch stored. The caller that awaits the outcome writes the node's answer, unless the bytes were
 * refused.
 */
export async function sendLaunched(ctx: Ctx, { transaction }: Launch, signed: SignedAttempt): Promise<void> {
  failpoint('after-attempt-commit')
  await broadcastAttempt(ctx, transaction, signed, { later: true })
}
