'use server'

import { revalidatePath } from 'next/cache'
import { toOutcome } from '@/app/_lib/outcome'
import { requireAgentActor } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import { AppError } from '@/lib/errors'
import { Filter } from '@/lib/paging'
import { removeBudget, setBudget, type Budget } from '@/lib/payers'
import { askMerchant, type PayerRequest } from '@/lib/payments'

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

export async function askMerchantAction(id: string, input: PayerRequest.PayerRequestInput): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { wallet, ctx } = await requireAgentActor()
    if (!Filter.isId(id)) throw new AppError('not-found', 'There is no such payment of this wallet.')
    await askMerchant(ctx, [wallet], id, input)
    revalidatePath('/me', 'layout')
    return null
  })
}
