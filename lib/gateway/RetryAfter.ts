/** Reads an upstream's Retry-After (RFC 9110 10.2.3): seconds, or an HTTP date. Pure. */

/** Bounds in seconds. They keep an upstream from making agents retry at once, or wait for days. */
const secondsMin = 1
const secondsMax = 24 * 60 * 60

/**
 * IMF-fixdate, and the two obsolete forms that recipients must accept (RFC 9110 5.6.7). `Date.parse` alone accepts much
 * more.
 */
const httpDate =
  /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT|[A-Z][a-z]+day, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})$/

/** Whole seconds from now, 1 to 86,400; undefined if the value is absent or not readable. */
export function secondsIn(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim() ?? ''
  if (/^\d+$/.test(text)) return bounded(Number(text))
  if (!httpDate.test(text)) return undefined
  // The asctime form names no zone, and means UTC.
  const atMs = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`)
  return Number.isNaN(atMs) ? undefined : bounded(Math.ceil((atMs - nowMs) / 1000))
}

function bounded(seconds: number): number {
  return Math.min(secondsMax, Math.max(secondsMin, seconds))
}
