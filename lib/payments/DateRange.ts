import { AppError } from '@/lib/errors'

/** A window that ends now, cut into buckets for a chart. */
export const ranges = {
  '24h': { label: '24 hours', bucketMs: 3_600_000, buckets: 24 },
  '7d': { label: '7 days', bucketMs: 6 * 3_600_000, buckets: 28 },
  '30d': { label: '30 days', bucketMs: 24 * 3_600_000, buckets: 30 },
} as const

export type DateRange = keyof typeof ranges

/** The range of a URL, or a day. */
export function parse(text: string | null | undefined): DateRange {
  return text && Object.hasOwn(ranges, text) ? (text as DateRange) : '24h'
}

/** Start of the window: buckets begin at whole hours, six hours or days of UTC, and the last one contains now. */
export function startMs(range: DateRange, nowMs: number): number {
  const { bucketMs, buckets } = ranges[range]
  return (Math.floor(nowMs / bucketMs) + 1 - buckets) * bucketMs
}

const dayMs = 86_400_000
const daysMax = 90

/**
 * The last `days` days.
 * @throws AppError bad-input unless it is a whole number from 1 to 90: a browser may send anything.
 */
export function lastDays(days: unknown, nowMs: number): { fromMs: number; toMs: number } {
  if (typeof days === 'number' && Number.isInteger(days) && days >= 1 && days <= daysMax)
    return { fromMs: nowMs - days * dayMs, toMs: nowMs }
  const message = `Ask for 1 to ${daysMax} whole days.`
  throw new AppError('bad-input', message, { fields: [{ field: 'days', message }] })
}
