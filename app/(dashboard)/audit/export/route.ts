import { answer } from '@/app/_lib/answer'
import { currentSession } from '@/app/_lib/session'
import { EventFilter, exportLog } from '@/lib/audit'
import { AppError } from '@/lib/errors'
import { Stream } from '@/lib/http'
import { Filter } from '@/lib/paging'

/** The log as of its newest checkpoint as JSON lines, whole or filtered, for `npm run audit:verify` and the verify page. */
export const GET = (request: Request) =>
  answer(async () => {
    const scope = await currentSession()
    if (!scope) throw new AppError('not-signed-in', 'Your session has ended. Sign in again.')
    const params = Object.fromEntries(new URL(request.url).searchParams)
    const { values, ignored } = Filter.read(EventFilter.shape, params)
    if (ignored.length > 0)
      throw new AppError('bad-request', `Not understood: ${ignored.join(', ')}. An export never leaves a filter out.`)
    const lines = exportLog(scope, values, params)
    const head = await lines.next()
    const day = new Date().toISOString().slice(0, 10)
    return new Response(toStream(head.value ?? '', lines), {
      headers: {
        'Content-Type': 'application/jsonl; charset=utf-8',
        'Content-Disposition': `attachment; filename="sluice-audit-${day}.jsonl"`,
        ...Stream.headers,
      },
    })
  })

/** Reads the next lines only when the client takes them, and stops when the client is gone. */
function toStream(head: string, lines: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    start(controller) {
      controller.enqueue(encoder.encode(head))
    },
    async pull(controller) {
      const { value, done } = await lines.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await lines.return(undefined)
    },
  })
}
