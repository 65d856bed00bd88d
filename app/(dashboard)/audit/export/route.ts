import { answer } from '@/app/answer'
import { currentSession } from '@/app/session'
import { countEvents, EventFilter, streamEvents } from '@/lib/audit'
import { AppError } from '@/lib/errors'
import { Filter } from '@/lib/paging'

const eventsMax = 100_000

/** The filtered trail as JSON lines, newest first. The last line tells whether it is all of it. */
export const GET = (request: Request) =>
  answer(async () => {
    const scope = await currentSession()
    if (!scope) throw new AppError('not-signed-in', 'Your session is over. Sign in again.')
    const params = Object.fromEntries(new URL(request.url).searchParams)
    const { values, ignored } = Filter.read(EventFilter.shape, params)
    if (ignored.length > 0)
      throw new AppError('bad-request', `Not understood: ${ignored.join(', ')}. An export never leaves a filter out.`)
    const total = await countEvents(scope, values)
    const lines = async function* () {
      let exported = 0
      for await (const event of streamEvents(scope, values, eventsMax)) {
        exported += 1
        yield `${JSON.stringify(event)}\n`
      }
      const truncated = exported >= eventsMax && total > exported
      yield `${JSON.stringify({ export: { exported, total, truncated, filter: params } })}\n`
    }
    const day = new Date().toISOString().slice(0, 10)
    return new Response(toStream(lines()), {
      headers: {
        'Content-Type': 'application/jsonl; charset=utf-8',
        'Content-Disposition': `attachment; filename="sluice-audit-${day}.jsonl"`,
        'Cache-Control': 'no-store',
        'X-Total-Count': String(total),
      },
    })
  })

/** Reads the next lines only when the reader wants them, and stops when it has gone. */
function toStream(lines: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
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
