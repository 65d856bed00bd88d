import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { MemberScope } from '@/lib/auth'
import { sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { beginAttempt, Dispute, ExternalAttempt, keepEvidence, lockDispute } from '@/lib/rails'
import { callUntilKnown } from './call-until-known'
import { noteAnswer } from './note-answer'
import { sendAnswer } from './send-answer'

const deadlineMs = 10_000

/**
 * Stores an answer to a dispute with its row, then sends it. Safe against a crash: `resolveAttempts` continues from the row.
 * @param evidence undefined to accept the dispute.
 * @returns whether Stripe took it; `unknown` if that is found out later.
 * @throws AppError not-found, not-allowed, dispute-not-open
 */
export async function beginAnswer(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  disputeId: string,
  evidence: Readonly<Record<string, string>> | undefined,
): Promise<'taken' | 'unknown'> {
  const action = evidence === undefined ? 'accept' : 'evidence'
  const attempt = await withTransaction(async (tx) => {
    const dispute = await lockDispute(tx, disputeId)
    if (!dispute) throw new AppError('not-found', 'There is no such dispute, or it belongs to another merchant.')
    MemberScope.assertMay(scope, dispute.merchantId, 'refund')
    if (!Dispute.isAnswerable(dispute))
      throw new AppError('dispute-not-open', `This dispute takes no answer any more: it is ${words(dispute.status)}.`)
    const earlier = await tx.query<{ status: string }>(
      sql`SELECT status FROM external_attempt WHERE external_id = ${dispute.externalId}`,
    )
    if (earlier.some(({ status }) => status === 'sent'))
      throw new AppError(
        'dispute-not-open',
        'An answer to this dispute is on its way. Its page shows when Stripe took it.',
      )
    if (evidence) await keepEvidence(tx, dispute.id, evidence)
    const { paymentId, network, externalId, amountBase } = dispute
    const key = ExternalAttempt.keyOf(action, dispute.id, earlier.length)
    return beginAttempt(tx, { id: ctx.id(), paymentId, refundId: null, network, action, key, amountBase, externalId })
  })
  if (!attempt) return 'unknown'
  failpoint('before-rail')
  const outcome = await callUntilKnown(() => sendAnswer(attempt), Date.now() + deadlineMs)
  failpoint('after-rail')
  await noteAnswer(ctx, attempt, outcome)
  if (outcome.kind === 'refused') throw new AppError('dispute-not-open', outcome.reason)
  return outcome.kind === 'done' ? 'taken' : 'unknown'
}

const words = (status: string) => status.replaceAll('_', ' ')
