/** Answers are always JSON. Event streams are listed too, because MCP clients accept both. */
const served = ['application/json', 'text/event-stream'] as const

/**
 * True if a client accepts JSON, by its Accept header (RFC 9110 12.5.1); a missing header accepts everything. A client
 * that accepts only event streams gets JSON too, which MCP requires it to read; q=0 refuses a type.
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

/** The quality of a type: the most specific matching range decides. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  const [main] = type.split('/')
  for (const pattern of [type, `${main}/*`, '*/*', '*']) {
    const qualities = ranges.filter((range) => range.type === pattern).map(({ quality }) => quality)
    if (qualities.length > 0) return Math.max(...qualities)
  }
  return 0
}

/** The request with the Accept header that the SDK requires: it refuses clients that do not name both types. */
export function withAccept(request: Request): Request {
  const headers = new Headers(request.headers)
  headers.set('Accept', served.join(', '))
  return new Request(request, { headers })
}
