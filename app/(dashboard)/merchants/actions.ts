'use server'

import { revalidatePath } from 'next/cache'
import { toOutcome } from '@/app/_lib/outcome'
import { requireActor } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import { inviteMember, revokeInvitation } from '@/lib/auth'
import { env } from '@/lib/env'
import { setServerWallets } from '@/lib/merchants'

/** @returns the address at which a wallet opens a shop of its own, shown once. */
export async function inviteMerchantAction(input: { note: string }): Promise<Outcome<{ link: string }>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const { token } = await inviteMember(ctx, scope, input, true)
    revalidatePath('/merchants')
    return { link: `${env.PUBLIC_URL}/invite/${token}` }
  })
}

export async function revokeMerchantInvitationAction(id: string): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await revokeInvitation(ctx, scope, id)
    revalidatePath('/merchants')
    return null
  })
}

export async function setServerWalletsAction(merchantId: string, isAllowed: boolean): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await setServerWallets(ctx, scope, merchantId, isAllowed)
    revalidatePath('/merchants')
    return null
  })
}
