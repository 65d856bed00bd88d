'use server'

import { toOutcome } from '@/app/_lib/outcome'
import { currentDevice, requireActor, requireAgentActor, setSession } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import { issueConfirmation, type Challenge } from '@/lib/auth'
import { wrongFields, type FieldError } from '@/lib/errors'
import {
  createResource,
  isSlugFree,
  MerchantDraft,
  openShop,
  type ResourceDraft,
  type SignedText,
} from '@/lib/merchants'

/** What is wrong with a slug, also that it is taken; null if it can be had. Stores nothing. */
export async function checkSlugAction(slug: string): Promise<Outcome<string | null>> {
  return toOutcome(async () => {
    await requireAgentActor()
    const fault = MerchantDraft.slugFault(String(slug))
    if (fault !== undefined) return fault
    return (await isSlugFree(slug)) ? null : 'This address is taken. Choose another one'
  })
}

/** Checks a new shop and gives the text that its owner signs. Stores nothing. */
export async function beginShopAction(input: unknown): Promise<Outcome<Challenge.SiweChallenge>> {
  return toOutcome(async () => {
    const { wallet, ctx } = await requireAgentActor()
    const { slug } = MerchantDraft.parseProfile(input)
    const payouts = MerchantDraft.parsePayouts(input)
    if (!(await isSlugFree(slug)))
      throw wrongFields([{ field: 'slug', message: 'This address is taken. Choose another one' }])
    return issueConfirmation(ctx, wallet, MerchantDraft.payoutStatement(slug, payouts))
  })
}

/** Opens the shop and signs its owner in. */
export async function openShopAction(
  invitation: string | null,
  input: unknown,
  signed: SignedText,
): Promise<Outcome<{ href: string }>> {
  return toOutcome(async () => {
    const { wallet, ctx } = await requireAgentActor()
    const device = await currentDevice()
    const { session } = await openShop(ctx, wallet, {
      draft: input,
      signed,
      invitation: invitation ?? undefined,
      device,
    })
    await setSession(session)
    return { href: '/start/resource' }
  })
}

/** Puts the first resource on sale; the next step buys it. */
export async function createFirstResourceAction(
  input: ResourceDraft.ResourceInput,
  isDraft: boolean,
): Promise<Outcome<{ href: string; warnings: FieldError[] }>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const { id, warnings } = await createResource(ctx, scope, input, isDraft ? 'draft' : 'live')
    return { href: isDraft ? `/resources/${id}` : `/start/buy?resource=${id}`, warnings }
  })
}
