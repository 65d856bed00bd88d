'use server'

import { toOutcome } from '@/app/_lib/outcome'
import { currentDevice, requireAgentActor, setSession } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import { acceptInvitation } from '@/lib/auth'

/** Joins the shop of an invitation and opens its dashboard. */
export async function acceptInvitationAction(token: string): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { wallet, ctx } = await requireAgentActor()
    await setSession(await acceptInvitation(ctx, wallet, token, await currentDevice()))
    return null
  })
}
