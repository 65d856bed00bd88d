import type { Ctx } from '../../ctx'
import { findAttemptsBy } from '@/lib/rails'
import { readDispute } from '@/lib/stripe'
import { bookDispute } from './book-dispute'
import { resolveAnswer } from './resolve-answer'

/** Books the state of a dispute, and the outcome of our answer to it. May be called any number of times. */
export async function takeDispute(ctx: Ctx, externalId: string): Promise<void> {
  for (const attempt of await findAttemptsBy(externalId))
    if (attempt.status === 'sent') await resolveAnswer(ctx, attempt)
  const now = await readDispute(externalId)
  if (now.kind === 'unknown') throw new Error(now.reason)
  if (now.kind === 'done') await bookDispute(ctx, now.value)
}
