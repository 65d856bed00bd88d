import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { broadcastAttempt } from '../broadcast-attempt'
import { type SignedAttempt } from './sign-attempt'
import { type Launch } from './launch'

/** Sends what a launch stored. What the node answered is written by the caller that waits for the outcome, unless the bytes were not taken. */
export async function sendLaunched(ctx: Ctx, { transaction }: Launch, signed: SignedAttempt): Promise<void> {
  failpoint('after-attempt-commit')
  await broadcastAttempt(ctx, transaction, signed, { later: true })
}
