/** JSON is the only form that an answer has here. Streams of events are named beside it, because MCP has its clients take both. */
const served = ['application/json', 'text/event-stream'] as const

/**
 * Whether a client takes JSON, by its Accept header (RFC 9110 12.5.1): absent is anything. Who asks for streams of events alone is
 * answered by JSON too, which MCP has its clients read as well; q=0 means never.
 */
export function takesAnswers(accept: string | null): boolean {
  if (accept === null || accept.trim() === '') return true
  const ranges = accept.split(',').map(toRange)
  return served.some((type) => qualityOf(type, ranges) > 0)
}

type Range = { type: string; quality: number }

function toRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((parameter) => /^q\s*=/.test(parameter))?.split('=')[1]
  const quality = weight === undefined ? 1 : Number(weight)
  return { type, quality: Number.isFinite(quality) ? quality : 0 }
}

/** The most specific range that a type is in decides. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  const [main] = type.split('/')
  for (const wanted of [type, `${main}/*`, '*/*', '*']) {
    const qualities = ranges.filter((range) => range.type === wanted).map(({ quality }) => quality)
    if (qualities.length > 0) return Math.max(...qualities)
  }
  return 0
}

/** The same request in the words that the SDK wants: it refuses every client that does not name both types. */
export function withAccept(request: Request): Request {
  const headers = new Headers(request.headers)
  headers.set('Accept', served.join(', '))
  return new Request(request, { headers })
}
