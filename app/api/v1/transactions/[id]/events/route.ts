import { toEventStream } from '../../../event-stream'
import { noStore, noTransaction, readId, requireKey } from '../../../require-key'
import { answer } from '@/app/_lib/answer'
import { followExecution, lookAhead } from '@/lib/intents'

type Params = { params: Promise<{ id: string }> }

/**
 * The past and future events of a transaction as server-sent events, until it has ended. Last-Event-ID (or ?after=) resumes
 * after an event. 204 means that no more events will follow, so that an EventSource stops reconnecting.
 */
export const GET = (request: Request, { params }: Params) =>
  answer(async () => {
    const { key } = await requireKey(request, 'transactions:read')
    const id = await readId(params)
    const after = request.headers.get('last-event-id') ?? new URL(request.url).searchParams.get('after') ?? ''
    const afterSeq = /^[0-9]{1,18}$/.test(after) ? BigInt(after) : 0n
    const ahead = await lookAhead(key, id, afterSeq)
    if (ahead === 'none') throw noTransaction()
    if (afterSeq > 0n && ahead === 'over') return new Response(null, { status: 204, headers: noStore })
    return toEventStream(request.signal, (signal) => followExecution(key, id, afterSeq, signal))
  })
