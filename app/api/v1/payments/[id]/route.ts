import { noStore, requireKey } from '../../require-key'
import { answer } from '@/app/_lib/answer'
import { limitPublicReads } from '@/lib/auth'
import { AppError } from '@/lib/errors'
import { findPaymentIds, findPaymentStatus, getPayment, PaymentKey } from '@/lib/payments'

type Params = { params: Promise<{ id: string }> }

/**
 * The state of a payment. With an API key: all of the merchant's own payment. Without one: what the holder of the payment's id may
 * see, or less for a transaction hash or nonce, which are public.
 */
export const GET = (request: Request, { params }: Params) =>
  answer(async () => {
    const query = new URL(request.url).searchParams
    const beside = { merchant: query.get('merchant') ?? undefined, payer: query.get('payer') ?? undefined }
    const { id } = await params
    const key = PaymentKey.parse(decode(id), beside)
    const isKeyless = request.headers.get('authorization') === null
    const found = isKeyless ? await findWithoutKey(key) : await findForMerchant(request, key)
    if (!found) throw new AppError('not-found', 'There is no such payment, or it belongs to another merchant.')
    return Response.json(found, { headers: noStore })
  })

async function findWithoutKey(key: PaymentKey.PaymentKey): Promise<object | undefined> {
  limitPublicReads()
  const found = await findPaymentStatus(key)
  return found?.kind === 'several' ? { payments: found.payments } : found?.payment
}

async function findForMerchant(request: Request, wanted: PaymentKey.PaymentKey): Promise<object | undefined> {
  const { key } = await requireKey(request, 'payments:read')
  const ids = await findPaymentIds(key.merchantId, wanted)
  const payments = await Promise.all(ids.map((id) => getPayment(key, id)))
  return wanted.kind === 'chain' && payments.length > 0 ? { payments } : payments[0]
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
