'use server'

import { revalidatePath } from 'next/cache'
import { toOutcome } from '@/app/_lib/outcome'
import { requireActor } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import { AppError } from '@/lib/errors'
import { Filter } from '@/lib/paging'
import { acceptLoss, submitEvidence, type EvidenceInput } from '@/lib/settlement'

/** Submits evidence: what is stored about the payment, and the member's words. */
export async function submitEvidenceAction(
  disputeId: string,
  input: EvidenceInput,
): Promise<Outcome<'taken' | 'unknown'>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const said = await submitEvidence(ctx, scope, idOf(disputeId), input)
    revalidatePath('/', 'layout')
    return said
  })
}

/** Accepts a dispute: the payer keeps the money. */
export async function acceptDisputeAction(disputeId: string): Promise<Outcome<'taken' | 'unknown'>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const said = await acceptLoss(ctx, scope, idOf(disputeId))
    revalidatePath('/', 'layout')
    return said
  })
}

function idOf(text: string): string {
  if (Filter.isId(text)) return text
  throw new AppError('not-found', 'There is no dispute with this id.')
}
