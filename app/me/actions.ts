'use server'

import { revalidatePath } from 'next/cache'
import { toOutcome } from '@/app/_lib/outcome'
import { requireAgentActor } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import type { SignedMessage } from '@/components/sign-in/sign-by-evm'
import { beginWalletLink, linkWallet, unlinkWallet, type Challenge } from '@/lib/auth'
import { AppError } from '@/lib/errors'
import { Filter } from '@/lib/paging'
import { removeBudget, setBudget, type Budget } from '@/lib/payers'
import { askMerchant, type PayerRequest } from '@/lib/payments'

export async function setBudgetAction(input: Budget.BudgetInput): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { wallets, ctx } = await requireAgentActor()
    await setBudget(ctx, wallets, input)
    revalidatePath('/me')
    return null
  })
}

export async function removeBudgetAction(id: string): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { wallets, ctx } = await requireAgentActor()
    await removeBudget(ctx, wallets, id)
    revalidatePath('/me')
    return null
  })
}

export async function askMerchantAction(id: string, input: PayerRequest.PayerRequestInput): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { wallets, ctx } = await requireAgentActor()
    if (!Filter.isId(id)) throw new AppError('not-found', 'There is no such payment of this wallet.')
    await askMerchant(ctx, wallets, id, input)
    revalidatePath('/me', 'layout')
    return null
  })
}

/** The challenge for another wallet of the same person. */
export async function beginWalletLinkAction(): Promise<Outcome<Challenge.SiweChallenge>> {
  return toOutcome(async () => {
    const { wallet, ctx } = await requireAgentActor()
    return beginWalletLink(ctx, wallet)
  })
}

export async function linkWalletAction(signed: SignedMessage): Promise<Outcome<string>> {
  return toOutcome(async () => {
    const { wallet, ctx } = await requireAgentActor()
    const linked = await linkWallet(ctx, wallet, signed)
    revalidatePath('/me', 'layout')
    return linked
  })
}

export async function unlinkWalletAction(unlinked: string): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { wallet, ctx } = await requireAgentActor()
    await unlinkWallet(ctx, wallet, String(unlinked))
    revalidatePath('/me', 'layout')
    return null
  })
}
