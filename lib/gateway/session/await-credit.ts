import { acceptVoucher, listenForCredit, type CreditReservation } from '@/lib/channels'
import { giveBackBudget, spendBudget } from '@/lib/payers'
import { toPurchase } from './BudgetedRequest'
import { refusal } from './hold-credit'
import { toCreditRequest, type ChannelRequest } from './ChannelRequest'

/** How long a stream waits for a voucher that it requested (draft-tempo-session: about a minute). */
const voucherWaitMs = 60_000

/**
 * Reserves more credit for a running stream. If the credit is too low, yields the event that requests a voucher, and
 * waits until any process has accepted one. After it returns, the caller must release or charge the reserved credit.
 * @throws AppError session-insufficient-balance after a minute; session-channel-finalized if the channel closes
 *   meanwhile; budget-exceeded.
 */
export async function* awaitCredit(session: ChannelRequest, amountBase: bigint): AsyncGenerator<string> {
  const purchase = toPurchase(session, amountBase)
  await spendBudget(purchase)
  let isReserved = false
  try {
    yield* reserve(session, amountBase)
    isReserved = true
  } finally {
    if (!isReserved) await giveBackBudget(purchase)
  }
}

async function* reserve(session: ChannelRequest, amountBase: bigint): AsyncGenerator<string> {
  const { gone } = session.pricedRequest
  const endMs = Date.now() + voucherWaitMs
  if ((await acceptVoucher(toCreditRequest(session, amountBase))).verdict === 'granted') return
  let hasRequested = false
  for (;;) {
    const { come, cancel } = await listenForCredit(session.known.id)
    try {
      // Check again: a voucher may have arrived before the listener was ready.
      const reserved = await acceptVoucher(toCreditRequest(session, amountBase))
      const { verdict } = reserved
      if (verdict === 'granted') return
      const isTemporary = verdict === 'insufficient' || verdict === 'limit-reached'
      if (!isTemporary || Date.now() > endMs || gone.aborted) throw refusal(session, reserved, amountBase)
      if (verdict === 'insufficient' && !hasRequested) {
        hasRequested = true
        yield needVoucher(session, reserved, amountBase)
      }
      await come
    } finally {
      cancel()
    }
  }
}

function needVoucher({ known, by }: ChannelRequest, reserved: CreditReservation, amountBase: bigint): string {
  const { acceptedBase, spentBase, reservedBase, depositBase } = reserved
  const requiredBase = spentBase + reservedBase + amountBase
  return by.needVoucherEvent({ channelId: known.id, requiredBase, acceptedBase, depositBase })
}
