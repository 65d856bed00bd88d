import { requireKey } from '../../../../../require-key'
import { answerRefund, assertRefundOf, readIds } from '../../read-refund'
import { answer } from '@/app/_lib/answer'
import { cancelRefund } from '@/lib/payments'

type Params = { params: Promise<{ id: string; refund: string }> }

/** Withdraws a refund that nothing was sent for. */
export const POST = (request: Request, { params }: Params) =>
  answer(async () => {
    const { key, ctx } = await requireKey(request, 'refunds:write')
    const ids = await readIds(params)
    await assertRefundOf(key, ids)
    await cancelRefund(ctx, key, ids.refund)
    return answerRefund(key, ids.refund)
  })
