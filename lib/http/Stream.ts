/** Answers that come bit by bit. Nothing on the way may hold them: both sides of a metered stream would wait for each other. */

/** nginx and what took its word over keep no buffer then. */
const unbuffered = ['X-Accel-Buffering', 'no'] as const

/** For an answer of ours that is streamed and kept nowhere. */
export const headers = {
  'X-Accel-Buffering': unbuffered[1],
  'Cache-Control': 'no-store, no-transform',
}

/** The same for somebody else's answer: what compresses also collects (RFC 9111 section 5.2.2.6 forbids it). */
export function letThrough(headers: Headers): void {
  headers.set(...unbuffered)
  const said = headers.get('cache-control')
  if (said === null) headers.set('Cache-Control', 'no-transform')
  else if (!/(?:^|,)\s*no-transform\s*(?:,|$)/i.test(said)) headers.set('Cache-Control', `${said}, no-transform`)
}

/** Proxies close a connection on which nothing came for a minute, as they are installed. */
export const quietMs = 15_000
export const keepAlive = ': keep-alive\n\n'

/**
 * Server-sent events as a body. Each piece is whole, with its blank line, so that a comment may stand between any two: one is sent
 * when none came for `everyMs`. The next event is asked for only when the reader takes more. `unread` runs instead of the
 * generator's own end where a reader leaves before it ever began.
 */
export function ofEvents(
  events: AsyncGenerator<string>,
  { unread, everyMs = quietMs }: { unread?: () => Promise<void>; everyMs?: number } = {},
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let isBegun = false
  let next: Promise<IteratorResult<string>> | undefined
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        isBegun = true
        next ??= events.next()
        const come = await within(next, everyMs)
        if (come === undefined) return controller.enqueue(encoder.encode(keepAlive))
        next = undefined
        if (come.done) controller.close()
        else controller.enqueue(encoder.encode(come.value))
      },
      async cancel() {
        // What fails after nobody listens any more is the generator's own to tell.
        next?.catch(() => undefined)
        // A generator that was never begun ends without its `finally`.
        if (!isBegun && unread) await unread()
        else await events.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}

/** Undefined when it takes longer. */
async function within<Value>(work: Promise<Value>, ms: number): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, ms, undefined).unref()))
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
