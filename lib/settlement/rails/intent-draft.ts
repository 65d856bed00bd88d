import type { Payment } from '@/lib/payments'
import { open, tokenContext } from '@/lib/sealed'
import type { IntentDraft } from '@/lib/stripe'

/**
 * The charge of a payment by a Shared Payment Token: always the same for the same payment, as an idempotency key demands.
 * @throws TypeError for another kind of payment.
 */
export function intentDraft({ id, asset, payTo, instrument }: Payment.Payment): IntentDraft {
  if (instrument.kind !== 'spt') throw new TypeError(`Payment ${id} holds no payment token`)
  const { token, challengeId, value } = instrument
  return {
    paymentId: id,
    challengeId,
    amountBase: BigInt(value),
    currency: asset,
    token: open(Buffer.from(token, 'base64'), tokenContext(challengeId)),
    account: payTo.startsWith('acct_') ? payTo : undefined,
  }
}
