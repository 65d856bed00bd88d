import { noStore, noTransaction, readId, requireKey } from '../../../require-key'
import { answer } from '@/app/_lib/answer'
import { speedUpTransaction } from '@/lib/execution'
import { findExecution } from '@/lib/intents'

type Params = { params: Promise<{ id: string }> }

/** Requests a replacement with higher fees now. The fee cap still applies. */
export const POST = (request: Request, { params }: Params) =>
  answer(async () => {
    const { key, ctx } = await requireKey(request, 'transactions:write')
    const id = await readId(params)
    if (!(await findExecution(key, id))) throw noTransaction()
    await speedUpTransaction(ctx, { id })
    return Response.json(await findExecution(key, id), { status: 202, headers: noStore })
  })
