import type { Ctx } from '../ctx'
import { env } from '../env'
import { failpoint } from '../failpoint'
import { addMember, countOwnedMerchants, isOperator, proveConfirmation, startSession, takeInvitation } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { json, sql, withTransaction, type Tx } from '@/lib/db'
import { AppError, wrongFields } from '@/lib/errors'
import type { SignedText } from './change-payouts'
import { isSlugFree } from './is-slug-free'
import { assertRailPayouts } from './assert-rail-payouts'
import * as MerchantDraft from './MerchantDraft'
import { writePayouts } from './write-payouts'

const shopsMax = 10

type Input = {
  /** `MerchantDraft.parseProfile` and `parsePayouts` read it. */
  draft: unknown
  signed: SignedText
  /** The token of an operator's link, where SIGN_UP is "invite". */
  invitation: string | undefined
  device: string
}

/**
 * Opens a shop: a merchant with its payouts, and the wallet as its owner, signed in. The wallet must have signed the payouts
 * (`MerchantDraft.payoutStatement`). The wallets of this server do not pay for a stranger's shop until an operator allows it. Not idempotent, but a slug is taken once.
 * @param wallet that is signed in.
 * @returns the merchant's id and the session id for the cookie.
 * @throws AppError bad-input, not-allowed if this installation does not take the wallet, not-signed-in for a wrong signature.
 */
export async function openShop(
  ctx: Ctx,
  wallet: string,
  { draft, signed, invitation, device }: Input,
): Promise<{ merchantId: string; session: string }> {
  const profile = MerchantDraft.parseProfile(draft)
  const payouts = MerchantDraft.parsePayouts(draft)
  await assertRailPayouts({ operator: isOperator(wallet) }, undefined, payouts.payouts)
  await proveConfirmation(ctx, wallet, MerchantDraft.payoutStatement(profile.slug, payouts), signed)
  const owner: Ctx = { ...ctx, actor: { kind: 'member', id: wallet } }
  return withTransaction(async (tx) => {
    await assertAdmitted(tx, wallet, invitation)
    const merchantId = await createMerchant(tx, owner, profile, isOperator(wallet))
    await addMember(tx, owner, { merchantId, address: wallet, role: 'owner' })
    const change = { before: { payouts: [], delayHours: 0 }, after: payouts }
    await tx.execute(sql`
      INSERT INTO merchant_payout_change (id, merchant_id, change, requested_by, message, signature, applies_at, applied_at)
      VALUES (${ctx.id()}::uuid, ${merchantId}::uuid, ${json(change)}::jsonb, ${wallet}, ${signed.message},
        ${signed.signature}, now(), now())`)
    await recordEvent(tx, owner, { type: 'merchant.payouts_changed', merchantId, data: change })
    await writePayouts(tx, owner, { id: merchantId, slug: profile.slug }, payouts)
    const session = await startSession(tx, owner, { address: wallet, merchantId, device })
    failpoint('before-commit')
    return { merchantId, session }
  })
}

/** @throws AppError not-allowed */
async function assertAdmitted(tx: Tx, wallet: string, invitation: string | undefined): Promise<void> {
  if (isOperator(wallet)) return
  if (env.SIGN_UP === 'off')
    throw new AppError('not-allowed', 'This installation does not take new shops. Ask its operator.')
  if (env.SIGN_UP === 'invite') await takeInvitation(tx, wallet, invitation ?? '', 'shop')
  if ((await countOwnedMerchants(tx, wallet)) >= shopsMax)
    throw new AppError('not-allowed', `A wallet may own at most ${shopsMax} shops.`)
}

/** @throws AppError bad-input for a slug that another merchant has or had. */
async function createMerchant(
  tx: Tx,
  ctx: Ctx,
  { name, slug }: MerchantDraft.MerchantProfile,
  serverWallets: boolean,
): Promise<string> {
  const id = ctx.id()
  const isFree = await isSlugFree(slug, null, tx)
  const made = isFree
    ? await tx.execute(sql`
        INSERT INTO merchant (id, slug, name, server_wallets)
        VALUES (${id}::uuid, ${slug}, ${name}, ${serverWallets}) ON CONFLICT (slug) DO NOTHING`)
    : 0
  if (made === 0) throw wrongFields([{ field: 'slug', message: 'This address is taken. Choose another one' }])
  await recordEvent(tx, ctx, { type: 'merchant.created', merchantId: id, data: { slug } })
  return id
}
