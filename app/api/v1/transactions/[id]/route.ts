import { noStore, noTransaction, readId, requireKey } from '../../require-key'
import { answer } from '@/app/_lib/answer'
import { findExecution } from '@/lib/intents'

type Params = { params: Promise<{ id: string }> }

export const GET = (request: Request, { params }: Params) =>
  answer(async () => {
    const { key } = await requireKey(request, 'transactions:read')
    const view = await findExecution(key, await readId(params))
    if (!view) throw noTransaction()
    return Response.json(view, { headers: noStore })
  })
