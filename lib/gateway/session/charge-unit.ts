import { failpoint } from '../../failpoint'
import { Chain } from '@/lib/chains'
import { commitCharge } from '@/lib/channels'
import { Amount } from '@/lib/money'
import { giveBackBudget } from '@/lib/payers'
import { chargeOf } from '../metered-charge'
import type { GatewayAnswer } from '../GatewayAnswer'
import { peekAnswer } from '../peek-answer'
import { paidAnswer } from '../respond'
import { holdAnswer, type UpstreamAnswer } from '../Upstream'
import { withConsequence } from '../with-consequence'
import { toPurchase } from './BudgetedRequest'
import type { ChannelRequest } from './ChannelRequest'
import { releaseCredit, toCharge } from './charge'
import { toReceiptHeaders } from './receipt'

/**
 * Charges the reserved price for an answer that has begun, and returns the answer. An answer that breaks off before the
 * charge costs nothing.
 * @throws AppError of the upstream ("You were not charged.").
 */
export async function chargeUnit(session: ChannelRequest, sent: UpstreamAnswer): Promise<GatewayAnswer> {
  const { status, headers } = sent
  const { priceBase } = session.terms
  let body: Uint8Array | ReadableStream<Uint8Array> | null
  let chargedBase = priceBase
  try {
    if (session.terms.quote.metered) {
      const answer = await holdAnswer(sent)
      body = answer.body
      chargedBase = toBase(session, await chargeOf(session.pricedRequest, answer))
    } else {
      // A small answer that breaks off is not charged.
      body = session.pricedRequest.resource.streaming ? sent.body : (await peekAnswer(sent)).body
    }
  } catch (error) {
    await releaseCredit(session, priceBase)
    throw withConsequence(error, 'You were not charged.')
  }
  failpoint('after-upstream')
  const charge = { ...toCharge(session, { chargedBase, units: 1n, status }), heldBase: priceBase }
  const charged = await commitCharge(charge).catch((error: unknown) => {
    if (body instanceof ReadableStream) void body.cancel().catch(() => undefined)
    throw error
  })
  if (chargedBase < priceBase) await giveBackBudget(toPurchase(session, priceBase - chargedBase))
  return paidAnswer({ receipt: toReceiptHeaders(session, charged, chargedBase) }, { status, headers, body })
}

function toBase({ terms }: ChannelRequest, micros: bigint): bigint {
  return Amount.microsToBase(micros, Chain.findAsset(terms.network, terms.asset)?.decimals ?? 6)
}
