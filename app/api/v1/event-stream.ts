import { Stream } from '@/lib/http'
import { log } from '@/lib/log'

type Numbered = { seq: string; type: string }

/** The connection ends after this time, and the client resumes after its last event. */
const longestMs = 15 * 60_000

/**
 * A response of server-sent events: `id` is the seq, `event` the type, `data` the whole event as JSON. `follow` yields undefined
 * while there is nothing new; it is stopped when the client disconnects.
 */
export function toEventStream<Item extends Numbered>(
  left: AbortSignal,
  follow: (signal: AbortSignal) => AsyncGenerator<Item | undefined>,
): Response {
  const stop = new AbortController()
  const signal = AbortSignal.any([left, stop.signal, AbortSignal.timeout(longestMs)])
  const items = follow(signal)
  const encoder = new TextEncoder()
  let spokenMs = performance.now()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        for (;;) {
          const { done, value } = await items.next()
          if (done) return controller.close()
          const isQuiet = value === undefined && performance.now() - spokenMs >= Stream.quietMs
          if (value === undefined && !isQuiet) continue
          spokenMs = performance.now()
          const text = value === undefined ? Stream.keepAlive : toText(value)
          return controller.enqueue(encoder.encode(text))
        }
      } catch (error) {
        if (!signal.aborted) log().warn({ err: error }, 'an event stream broke off')
        controller.close()
      }
    },
    cancel: () => stop.abort(),
  })
  return new Response(body, {
    headers: { 'Content-Type': 'text/event-stream', ...Stream.headers },
  })
}

function toText(item: Numbered): string {
  return `id: ${item.seq}\nevent: ${item.type}\ndata: ${JSON.stringify(item)}\n\n`
}
