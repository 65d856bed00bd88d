import type { Ctx } from '../ctx'
import { MemberScope, proveConfirmation } from '@/lib/auth'
import { Address } from '@/lib/chains'
import { AppError, wrongFields } from '@/lib/errors'
import { assertRailPayouts } from './assert-rail-payouts'
import { findMerchantPayouts } from './find-merchant-payouts'
import * as MerchantDraft from './MerchantDraft'
import type { ResourceDraft } from './ResourceDraft'

type Input = {
  merchantId: string
  slug: string
  draft: ResourceDraft
  /** The resource's payouts until now; none for a new one. */
  before: readonly MerchantDraft.PayoutAddress[]
  /** The wallet's signature over `MerchantDraft.resourcePayoutStatement`. */
  signed: unknown
}

/**
 * Checks an address that neither the shop nor the resource had before: only an owner may name one, by a signature of its wallet.
 * Without it a stolen session, or a member who may not change payouts, could redirect revenue resource by resource. A shop without
 * payouts has signed none yet: there the permission is enough.
 * @throws AppError not-allowed, bad-input (field payouts)
 */
export async function assertPayoutsSigned(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  { merchantId, slug, draft, before, signed }: Input,
): Promise<void> {
  if (!draft.ownPayouts) return
  const { payouts: ofShop } = await findMerchantPayouts(merchantId)
  const known = [...ofShop, ...before]
  const isKnown = ({ network, payTo }: MerchantDraft.PayoutAddress) =>
    known.some((payout) => payout.network === network && Address.isSame(network, payout.payTo, payTo))
  if (draft.payouts.every(isKnown)) return
  MemberScope.assertMay(scope, merchantId, 'payouts')
  await assertRailPayouts(scope, merchantId, draft.payouts)
  if (ofShop.length === 0) return
  if (!signed) throw refused('Sign these addresses with your wallet: they are not the shop’s')
  const statement = MerchantDraft.resourcePayoutStatement(slug, draft)
  await proveConfirmation(ctx, scope.address, statement, signed).catch((error: unknown) => {
    // The session is not over: a form would ask to sign in.
    if (error instanceof AppError && error.code === 'not-signed-in')
      throw refused(`${error.message} Sign the addresses`)
    throw error
  })
}

function refused(message: string): AppError {
  return wrongFields([{ field: 'payouts', message }])
}
