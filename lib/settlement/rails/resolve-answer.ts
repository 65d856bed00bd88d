import type { Ctx } from '../../ctx'
import { type ExternalAttempt, postponeAttempt } from '@/lib/rails'
import { readDispute } from '@/lib/stripe'
import { noteAnswer } from './note-answer'
import { sendAnswer } from './send-answer'

/** Stripe keeps an idempotency key for 24 hours. */
const keyMsMax = 23 * 60 * 60_000

/** Finds out whether evidence or an acceptance arrived; it is repeated only under its own key, while Stripe remembers that. */
export async function resolveAnswer(ctx: Ctx, attempt: ExternalAttempt.ExternalAttempt): Promise<void> {
  if (attempt.status !== 'sent' || attempt.externalId === null) return postponeAttempt(attempt.id, null)
  const now = await readDispute(attempt.externalId)
  const isOpen = now.kind === 'done' && now.value.status.endsWith('needs_response')
  if (!isOpen) return noteAnswer(ctx, attempt, now)
  if (ctx.now() - attempt.createdAt.getTime() < keyMsMax) return noteAnswer(ctx, attempt, await sendAnswer(attempt))
  return noteAnswer(ctx, attempt, { kind: 'refused', code: 'never_arrived', reason: 'Stripe has no such answer.' })
}
