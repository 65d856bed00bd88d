'use server'

import { revalidatePath } from 'next/cache'
import { toOutcome } from '@/app/_lib/outcome'
import { currentDevice, requireActor, sessionToken } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import {
  additionStatement,
  addPasskey,
  beginPasskey,
  endSessions,
  inviteMember,
  inviteWallet,
  issueConfirmation,
  MemberScope,
  removeMember,
  removePasskey,
  revokeInvitation,
  setMemberRole,
  switchMerchant,
  type Challenge,
  type PasskeyOptions,
} from '@/lib/auth'
import { env } from '@/lib/env'
import {
  cancelPayoutChange,
  changePayouts,
  getMerchant,
  MerchantDraft,
  updateMerchant,
  type SignedText,
} from '@/lib/merchants'
import { beginClosing, closeShop } from '@/lib/settlement'

export async function updateMerchantAction(input: unknown): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await updateMerchant(ctx, scope, input)
    revalidatePath('/', 'layout')
    return null
  })
}

/** Checks a change of payouts and gives the text that the wallet signs. Stores nothing. */
export async function beginPayoutsAction(input: unknown): Promise<Outcome<Challenge.SiweChallenge>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    MemberScope.assertMay(scope, scope.merchantId, 'payouts')
    const { slug } = await getMerchant(scope, scope.merchantId)
    const statement = MerchantDraft.payoutStatement(slug, MerchantDraft.parsePayouts(input))
    return issueConfirmation(ctx, scope.address, statement)
  })
}

/** @returns when the change applies, ms since 1970. */
export async function changePayoutsAction(
  input: unknown,
  signed: SignedText,
): Promise<Outcome<{ appliesAtMs: number }>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const changed = await changePayouts(ctx, scope, input, signed)
    revalidatePath('/', 'layout')
    return changed
  })
}

export async function cancelPayoutChangeAction(id: string): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await cancelPayoutChange(ctx, scope, id)
    revalidatePath('/', 'layout')
    return null
  })
}

/** @returns the address of the invitation, which is shown once. */
export async function inviteMemberAction(input: unknown): Promise<Outcome<{ link: string }>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const { token } = await inviteMember(ctx, scope, input)
    revalidatePath('/settings/members')
    return { link: `${env.PUBLIC_URL}/invite/${token}` }
  })
}

export async function inviteWalletAction(input: unknown): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await inviteWallet(ctx, scope, input)
    revalidatePath('/settings/members')
    return null
  })
}

export async function revokeInvitationAction(id: string): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await revokeInvitation(ctx, scope, id)
    revalidatePath('/settings/members')
    return null
  })
}

export async function setMemberRoleAction(address: string, input: unknown): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await setMemberRole(ctx, scope, address, input)
    revalidatePath('/', 'layout')
    return null
  })
}

/** @returns whether the caller itself left, so that the page has to leave too. */
export async function removeMemberAction(address: string): Promise<Outcome<{ left: boolean }>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await removeMember(ctx, scope, address)
    revalidatePath('/settings/members')
    return { left: address === scope.address }
  })
}

/** @param id of one session; null: all but the current one. */
export async function endSessionsAction(id: string | null): Promise<Outcome<number>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const ended = await endSessions(ctx, scope.address, await sessionToken(), id ?? undefined)
    revalidatePath('/settings/security')
    return ended
  })
}

export async function switchMerchantAction(merchantId: string): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await switchMerchant(ctx, scope, await sessionToken(), merchantId)
    revalidatePath('/', 'layout')
    return null
  })
}

/** What the wallet signs for a new passkey, and what the browser makes it from. Stores nothing. */
export async function beginPasskeyAction(): Promise<
  Outcome<{ challenge: Challenge.SiweChallenge; options: PasskeyOptions }>
> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const { address } = scope
    const challenge = issueConfirmation(ctx, address, additionStatement(address))
    return { challenge, options: await beginPasskey(ctx, address) }
  })
}

export async function addPasskeyAction(response: unknown, signed: SignedText): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await addPasskey(ctx, scope, { response, signed, device: await currentDevice() })
    revalidatePath('/settings/security')
    return null
  })
}

/** Checks that the shop can be closed, and gives the text that the owner's wallet signs. */
export async function beginClosingAction(input: { slug: string }): Promise<Outcome<Challenge.SiweChallenge>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    return beginClosing(ctx, scope, String(input.slug).trim())
  })
}

export async function closeShopAction(input: { slug: string }, signed: SignedText): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await closeShop(ctx, scope, { slug: String(input.slug).trim(), signed })
    revalidatePath('/', 'layout')
    return null
  })
}

export async function removePasskeyAction(id: string): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await removePasskey(ctx, scope, id)
    revalidatePath('/settings/security')
    return null
  })
}
