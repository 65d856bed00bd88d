import { noStore } from '../../../require-key'
import type { ApiKey } from '@/lib/auth'
import { AppError } from '@/lib/errors'
import { Filter } from '@/lib/paging'
import { getRefund } from '@/lib/payments'

/** The ids of the address. @throws AppError not-found, not-refundable for a session's channel id. */
export async function readIds<Name extends string>(
  params: Promise<Record<Name, string>>,
): Promise<Record<Name, string>> {
  const ids = Object.entries<string>(await params).map(([name, text]) => {
    const id = text.toLowerCase()
    if (/^0x[0-9a-f]{64}$/.test(id))
      throw new AppError(
        'not-refundable',
        'A session is paid by vouchers over its channel, not by a payment of its own: close the channel, and what was not spent goes back to its payer.',
      )
    if (!Filter.isId(id)) throw new AppError('not-found', 'There is no such payment or refund.')
    return [name, id]
  })
  return Object.fromEntries(ids) as Record<Name, string>
}

/** @throws AppError not-found unless the refund is one of this payment. */
export async function assertRefundOf(key: ApiKey.ApiKey, ids: { id: string; refund: string }): Promise<void> {
  const refund = await getRefund(key, ids.refund)
  if (refund?.paymentId !== ids.id)
    throw new AppError('not-found', 'This payment has no such refund, or it belongs to another merchant.')
}

/** The refund as it is now, as the answer of the routes that change it. */
export async function answerRefund(
  key: ApiKey.ApiKey,
  id: string,
  status = 200,
  more: HeadersInit = {},
): Promise<Response> {
  const refund = await getRefund(key, id)
  if (!refund) throw new AppError('not-found', 'There is no such refund, or it belongs to another merchant.')
  return Response.json(refund, { status, headers: { ...noStore, ...more } })
}
