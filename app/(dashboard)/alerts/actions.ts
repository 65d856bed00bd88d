'use server'

import { revalidatePath } from 'next/cache'
import { toOutcome } from '@/app/_lib/outcome'
import { requireActor } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
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
