import { commitCharge } from '@/lib/channels'
import { holdCredit } from './hold-credit'
import { receiptResponse } from './receipt-response'
import { toCharge } from './charge'
import { toReceiptHeaders } from './receipt'
import type { ChannelRequest } from './ChannelRequest'

/** Accepts the voucher without serving content: 204 with the receipt. Never calls the upstream. */
export async function acceptOnly(session: ChannelRequest): Promise<Response> {
  await holdCredit(session, 0n)
  const charged = await commitCharge(toCharge(session, { chargedBase: 0n, units: 0n }))
  return receiptResponse(toReceiptHeaders(session, charged, 0n))
}
