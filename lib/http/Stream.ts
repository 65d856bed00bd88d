/** Answers that arrive in pieces. No proxy may buffer them: both sides of a metered stream would wait for each other. */

/** nginx, and proxies that follow it, do not buffer then. */
const unbuffered = ['X-Accel-Buffering', 'no'] as const

/** For a streamed answer of this server that no cache stores. */
export const headers = {
  'X-Accel-Buffering': unbuffered[1],
  'Cache-Control': 'no-store, no-transform',
}

/** Keeps another server's answer unbuffered: proxies that compress also collect (RFC 9111 section 5.2.2.6 forbids it). */
export function letThrough(headers: Headers): void {
  headers.set(...unbuffered)
  const said = headers.get('cache-control')
  if (said === null) headers.set('Cache-Control', 'no-transform')
  else if (!/(?:^|,)\s*no-transform\s*(?:,|$)/i.test(said)) headers.set('Cache-Control', `${said}, no-transform`)
}

/** Most proxies close a connection after a minute without data, by default. */
export const quietMs = 15_000
export const keepAlive = ': keep-alive\n\n'

/**
 * Server-sent events as a body. Each piece is complete, with its blank line, so a comment may stand between any two: one is
 * sent after `everyMs` without an event. The next event is requested only when the reader reads on. `unread` runs instead of
 * the generator's own cleanup if the reader leaves before the generator started.
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
        // The generator reports its own errors after the reader has left.
        next?.catch(() => undefined)
        // A generator that never started ends without its `finally`.
        if (!isBegun && unread) await unread()
        else await events.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}

/** Undefined if it takes longer. */
async function within<Value>(work: Promise<Value>, ms: number): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, ms, undefined).unref()))
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
