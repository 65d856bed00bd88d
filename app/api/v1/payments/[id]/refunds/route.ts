import { readJson } from '../../../read-json'
import { requireKey } from '../../../require-key'
import { answerRefund, readIds } from './read-refund'
import { answer } from '@/app/_lib/answer'
import { requestRefund } from '@/lib/payments'

type Params = { params: Promise<{ id: string }> }

/** Refunds a payment in full or in part: 201 with the new refund, or 200 with the one of the same idempotency key. */
export const POST = (request: Request, { params }: Params) =>
  answer(async () => {
    const { key, ctx } = await requireKey(request, 'refunds:write')
    const { id: paymentId } = await readIds(params)
    const { id, isReplay } = await requestRefund(ctx, key, {
      paymentId,
      request: await readJson(request),
      idempotencyKey: request.headers.get('idempotency-key'),
    })
    return answerRefund(key, id, isReplay ? 200 : 201, isReplay ? { 'Idempotent-Replay': 'true' } : {})
  })
