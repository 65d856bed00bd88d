import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { claimAttempts, leaveAttemptOpen } from '@/lib/rails'
import { resolveAttempt } from './resolve-attempt'

/**
 * Resolves calls whose outcome is unknown, and releases holds of voided payments. Safe to run in any
 * process at any time.
 * @returns the number of attempts looked at.
 */
export async function resolveAttempts(ctx: Ctx): Promise<number> {
  const attempts = await claimAttempts()
  for (const attempt of attempts) {
    if (ctx.isLate()) break
    await resolveAttempt(ctx, attempt).catch(async (error: unknown) => {
      log().warn({ err: error, attemptId: attempt.id }, 'what a party off chain did is not known yet')
      await leaveAttemptOpen(attempt.id, error instanceof Error ? error.message : String(error))
    })
  }
  return attempts.length
}
