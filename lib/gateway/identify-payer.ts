import { AppError } from '@/lib/errors'
import { Chain } from '@/lib/chains'
import { Amount } from '@/lib/money'
import type { Protocol } from '@/lib/payments'
import { open, tokenContext } from '@/lib/sealed'
import { findToken, type GrantedToken } from '@/lib/stripe'

/**
 * Asks Stripe about a payment token before it is claimed: whose agent sends it, and whether it can pay this charge. Other payments
 * name their payer themselves and pass unchanged. Charges nothing.
 * @throws AppError verification-failed | payment-insufficient | payment-expired; unavailable if Stripe cannot be asked.
 */
export async function identifyPayer(
  authorization: Protocol.Authorization,
  nowMs: number,
): Promise<Protocol.Authorization> {
  const { instrument } = authorization
  if (instrument.kind !== 'spt') return authorization
  const token = open(Buffer.from(instrument.token, 'base64'), tokenContext(instrument.challengeId))
  const found = await findToken(token)
  if (found.kind === 'unknown')
    throw new AppError('unavailable', 'Stripe cannot be asked at the moment. Nothing was charged.', {
      cause: new Error(found.reason),
      headers: { 'Retry-After': '2' },
    })
  if (found.kind === 'refused')
    throw refused(`Stripe does not know this payment token for this seller: ${found.reason}`, found.code)
  assertPays(found.value, BigInt(instrument.value), nowMs)
  const payer = found.value.agent ?? 'unknown'
  return { ...authorization, payer, instrument: { ...instrument, from: payer } }
}

function assertPays({ currency, mostBase, expiresAtMs, deactivated }: GrantedToken, base: bigint, nowMs: number): void {
  const unit = Chain.findAsset('stripe:any', currency)
  if (!unit) throw refused(`The payment token is for ${currency}, and the price is in usd.`, 'currency')
  if (deactivated !== null) throw refused(`The payment token is no longer valid (${deactivated}).`, deactivated)
  if (nowMs >= expiresAtMs) throw new AppError('payment-expired', 'The payment token has expired. Nothing was charged.')
  if (base <= mostBase) return
  const show = (amount: bigint) => Amount.formatDollars(amount, unit.decimals)
  const detail = `The payment token is good for ${show(mostBase)}, and the price is ${show(base)}. Nothing was charged.`
  throw new AppError('payment-insufficient', detail, { extra: { reason: 'token-limit' } })
}

function refused(detail: string, reason: string): AppError {
  return new AppError('verification-failed', `${detail.replace(/\.?$/, '.')} Nothing was charged.`, {
    extra: { reason },
  })
}
