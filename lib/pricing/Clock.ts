/** What the clock on the wall says somewhere. */

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
/** No zone changes its offset at another moment than the beginning of a quarter of an hour. */
const quarterMs = 15 * minuteMs

const names = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

type Zone = { format: Intl.DateTimeFormat; quarter: number; offsetMs: number }

// There are some four hundred zones; each keeps the offset that was asked for last, because callers go through time in order.
const zones = new Map<string, Zone>()

/** Whether this is the IANA name of a time zone. */
export function isZone(timeZone: string): boolean {
  if (timeZone === 'UTC') return true
  try {
    // Offsets and abbreviations would be taken too.
    return /^[A-Za-z]+(\/[A-Za-z0-9_+-]+)+$/.test(timeZone) && zoneOf(timeZone) !== undefined
  } catch {
    return false
  }
}

/** Day (1 is Monday) and minute of the day in a zone. @throws RangeError when there is no such zone. */
export function read(timeZone: string, atMs: number): { day: number; minute: number } {
  const localMs = atMs + offsetOf(timeZone, atMs)
  // 1 January 1970 was a Thursday.
  const day = (((Math.floor(localMs / dayMs) + 3) % 7) + 7) % 7
  return { day: day + 1, minute: Math.floor((localMs - Math.floor(localMs / dayMs) * dayMs) / minuteMs) }
}

/** 90 -> "01:30" */
export function format(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}

/** [1, 2, 3, 4, 5] -> "Mon to Fri" */
export function daysInWords(days: readonly number[]): string {
  const sorted = days.toSorted((a, b) => a - b)
  if (sorted.length === 7) return 'every day'
  const name = (day: number | undefined) => names[(day ?? 1) - 1] ?? ''
  const isRow = sorted.length > 2 && sorted.every((day, index) => day === (sorted[0] ?? 0) + index)
  return isRow ? `${name(sorted[0])} to ${name(sorted.at(-1))}` : sorted.map(name).join(', ')
}

function offsetOf(timeZone: string, atMs: number): number {
  if (timeZone === 'UTC') return 0
  const zone = zoneOf(timeZone)
  const quarter = Math.floor(atMs / quarterMs)
  if (zone.quarter !== quarter) {
    const parts = new Map(
      zone.format.formatToParts(quarter * quarterMs).map(({ type, value }) => [type, Number(value)]),
    )
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
    const localMs = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
    zone.offsetMs = localMs - quarter * quarterMs
    zone.quarter = quarter
  }
  return zone.offsetMs
}

function zoneOf(timeZone: string): Zone {
  let zone = zones.get(timeZone)
  if (!zone) {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    zone = { format, quarter: Number.NaN, offsetMs: 0 }
    zones.set(timeZone, zone)
  }
  return zone
}
