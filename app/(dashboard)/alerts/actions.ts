'use server'

import { revalidatePath } from 'next/cache'
import { toOutcome } from '@/app/_lib/outcome'
import { requireActor } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import { AppError } from '@/lib/errors'
import { Filter } from '@/lib/paging'
import { refundFraud } from '@/lib/settlement'
import { createRule, setRuleArchived, setRuleStatus, type Rule } from '@/lib/alerts'

export async function createRuleAction(input: Rule.RuleInput): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await createRule(ctx, scope, input)
    revalidatePath('/alerts')
    return null
  })
}

export async function setRuleStatusAction(id: string, enabled: boolean): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await setRuleStatus(ctx, scope, id, enabled)
    revalidatePath('/alerts')
    return null
  })
}

export async function setRuleArchivedAction(id: string, isArchived: boolean): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await setRuleArchived(ctx, scope, id, isArchived)
    revalidatePath('/alerts')
    return null
  })
}

/** Refunds everything that is left of a payment that the card's issuer warned about. */
export async function refundFraudAction(paymentId: string): Promise<Outcome<{ id: string }>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    if (!Filter.isId(paymentId)) throw new AppError('not-found', 'There is no payment with this id.')
    const { id } = await refundFraud(ctx, scope, paymentId)
    revalidatePath('/', 'layout')
    return { id }
  })
}
