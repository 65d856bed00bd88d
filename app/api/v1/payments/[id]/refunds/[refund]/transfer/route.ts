import { z } from 'zod'
import { readJson } from '../../../../../read-json'
import { requireKey } from '../../../../../require-key'
import { answerRefund, assertRefundOf, readIds } from '../../read-refund'
import { answer } from '@/app/_lib/answer'
import { AppError } from '@/lib/errors'
import { nameRefundTransfer } from '@/lib/settlement'

type Params = { params: Promise<{ id: string; refund: string }> }

const Body = z.strictObject({ hash: z.string() })

/** Names the transaction by which the merchant's own wallet paid the refund. */
export const POST = (request: Request, { params }: Params) =>
  answer(async () => {
    const { key, ctx } = await requireKey(request, 'refunds:write')
    const ids = await readIds(params)
    await assertRefundOf(key, ids)
    const body = Body.safeParse(await readJson(request))
    if (!body.success) {
      const fields = [{ field: 'hash', message: 'Send the hash of the transaction as a string' }]
      throw new AppError('bad-input', 'Send the hash of the transaction.', { fields })
    }
    await nameRefundTransfer(ctx, key, { id: ids.refund, hash: body.data.hash })
    return answerRefund(key, ids.refund)
  })
