'use server'

import { revalidatePath } from 'next/cache'
import { toOutcome } from '@/app/_lib/outcome'
import { requireAgentActor } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import { removeBudget, setBudget, type Budget } from '@/lib/payers'

export async function setBudgetAction(input: Budget.BudgetInput): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { wallet, ctx } = await requireAgentActor()
    await setBudget(ctx, wallet, input)
    revalidatePath('/me')
    return null
  })
}

export async function removeBudgetAction(id: string): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { wallet, ctx } = await requireAgentActor()
    await removeBudget(ctx, wallet, id)
    revalidatePath('/me')
    return null
  })
}
