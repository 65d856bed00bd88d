import { z } from 'zod'
import type { Ctx } from '../../ctx'
import type { MemberScope } from '@/lib/auth'
import { AppError, wrongFields } from '@/lib/errors'
import { Evidence, findDispute } from '@/lib/rails'
import { beginAnswer } from './begin-answer'
import { findEvidenceFacts } from './find-evidence-facts'

const descriptionMax = 2_000

const Words = z.object({
  productDescription: z
    .string()
    .trim()
    .min(1, 'Write what was sold')
    .max(descriptionMax, `Use at most ${descriptionMax} characters`),
  words: z.string().trim().max(Evidence.wordsMax, `Use at most ${Evidence.wordsMax} characters`).default(''),
})

/** `productDescription`: what was sold. `words`: what the member adds to the generated evidence. */
export type EvidenceInput = z.input<typeof Words>

/**
 * Submits evidence against a dispute: what is stored about the payment, and the member's words. A bank takes evidence once.
 * @returns `unknown` if whether Stripe took it is found out later.
 * @throws AppError not-found, not-allowed, bad-input (with fields), dispute-not-open
 */
export async function submitEvidence(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  disputeId: string,
  input: unknown,
): Promise<'taken' | 'unknown'> {
  const dispute = await findDispute({ id: disputeId })
  const facts = dispute && (await findEvidenceFacts(dispute.paymentId))
  if (!facts) throw new AppError('not-found', 'There is no such dispute, or it belongs to another merchant.')
  const words = Words.safeParse(input)
  // Who may not answer learns nothing about the form.
  if (!words.success && dispute.merchantId === scope.merchantId)
    throw wrongFields(words.error.issues.map(({ path, message }) => ({ field: String(path[0] ?? 'form'), message })))
  const said = words.success ? words.data : { productDescription: '', words: '' }
  return beginAnswer(ctx, scope, disputeId, Evidence.generate(facts, said))
}
