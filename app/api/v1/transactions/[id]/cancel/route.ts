import { noStore, noTransaction, readId, requireKey } from '../../../require-key'
import { answer } from '@/app/_lib/answer'
import { cancelTransaction } from '@/lib/execution'
import { findExecution } from '@/lib/intents'

type Params = { params: Promise<{ id: string }> }

/** Cancels a transaction: 200 if it will never run, 202 if the chain has yet to include it or its cancellation. */
export const POST = (request: Request, { params }: Params) =>
  answer(async () => {
    const { key, ctx } = await requireKey(request, 'transactions:write')
    const id = await readId(params)
    if (!(await findExecution(key, id))) throw noTransaction()
    const became = await cancelTransaction(ctx, { id, reason: `asked for by the API key "${key.name}"` })
    const view = await findExecution(key, id)
    return Response.json(view, { status: became === 'cancelled' ? 200 : 202, headers: noStore })
  })
