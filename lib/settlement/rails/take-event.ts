import type { Ctx } from '../../ctx'
import { findAttemptsBy, type RailEvent } from '@/lib/rails'
import { resolveAttempt } from './resolve-attempt'
import { takeDispute } from './take-dispute'
import { takeFee } from './take-fee'
import { takePayout } from './take-payout'
import { takeRefund } from './take-refund'
import { takeWarning } from './take-warning'

/** Reads the object that an event names again, and books what it is now. May be called any number of times, in any order. */
export async function takeEvent(ctx: Ctx, { refers }: RailEvent): Promise<void> {
  if (refers.intent !== undefined) await takeCharge(ctx, refers.intent)
  if (refers.dispute !== undefined) await takeDispute(ctx, refers.dispute)
  if (refers.warning !== undefined) await takeWarning(ctx, refers.warning)
  if (refers.payout !== undefined) await takePayout(ctx, refers.payout)
  if (refers.refund !== undefined) await takeRefund(ctx, refers.refund)
}

async function takeCharge(ctx: Ctx, intentId: string): Promise<void> {
  for (const attempt of await findAttemptsBy(intentId)) {
    if (attempt.status === 'sent') await resolveAttempt(ctx, attempt)
    else if (attempt.action === 'capture' && attempt.status === 'succeeded') await takeFee(ctx, attempt)
  }
}
