import { z } from 'zod'

/** A calendar month in UTC, "2026-11". Texts compare as the months do. */
export type Month = string

export const schema = z.string().regex(/^20[0-9]{2}-(0[1-9]|1[0-2])$/)

export function of(at: Date): Month {
  return at.toISOString().slice(0, 7)
}

export function start(month: Month): Date {
  return new Date(`${month}-01T00:00:00.000Z`)
}

/** The first instant that is no longer in it. */
export function end(month: Month): Date {
  return start(next(month))
}

export function next(month: Month): Month {
  const at = start(month)
  at.setUTCMonth(at.getUTCMonth() + 1)
  return of(at)
}

/** Its last day, "2026-11-30". */
export function lastDay(month: Month): string {
  return new Date(end(month).getTime() - 1).toISOString().slice(0, 10)
}

/** "November 2026" */
export function name(month: Month): string {
  return start(month).toLocaleDateString('en', { month: 'long', year: 'numeric', timeZone: 'UTC' })
}
