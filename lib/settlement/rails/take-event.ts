import type { Ctx } from '../../ctx'
import { findAttemptsBy, type RailEvent } from '@/lib/rails'
import { readRefund } from '@/lib/stripe'
import { resolveAttempt } from './resolve-attempt'
import { returnRefund } from './return-refund'

/** Reads the object that an event names again, and books what it is now. May be called any number of times. */
export async function takeEvent(ctx: Ctx, { refers }: RailEvent): Promise<void> {
  if (refers.refund !== undefined) await takeRefund(ctx, refers.refund)
  if (refers.intent === undefined) return
  for (const attempt of await findAttemptsBy(refers.intent))
    if (attempt.status === 'sent') await resolveAttempt(ctx, attempt)
}

/** A refund that Stripe had paid can fail days later: the money is back then. */
async function takeRefund(ctx: Ctx, externalId: string): Promise<void> {
  const now = await readRefund(externalId)
  if (now.kind === 'unknown') throw new Error(now.reason)
  if (now.kind === 'refused') return
  const { status, failure, metadata } = now.value
  const attempts = await findAttemptsBy(externalId)
  const attempt = attempts.find(({ refundId }) => refundId === metadata.sluice_refund_id)
  if (!attempt) return
  if (attempt.status === 'sent') return resolveAttempt(ctx, attempt)
  const isBack = status === 'failed' || status === 'canceled'
  if (attempt.status === 'succeeded' && isBack)
    await returnRefund(ctx, attempt, `Stripe could not pay it back: ${failure ?? status}.`)
}
