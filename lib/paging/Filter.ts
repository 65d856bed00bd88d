import { z } from 'zod'
import { Amount } from '@/lib/money'
import * as Page from './Page'

/** Filters in a URL. What cannot be parsed is left out and shown to the reader, never an error. */

/** As Next passes them to a page. */
export type FilterParams = Record<string, string | string[] | undefined>

/** A schema per parameter, which parses the parameter's text. */
export type FilterShape = Record<string, z.ZodType<unknown, string>>

export type FilterValues<S extends FilterShape> = { [Key in keyof S]?: z.output<S[Key]> | undefined }

export type FilterReading<S extends FilterShape> = {
  values: FilterValues<S>
  ask: Page.PageRequest
  /** The valid parameters, as written: links to other views start from them. */
  query: Record<string, string>
  /** "name=value" of each parameter that was left out. */
  ignored: string[]
}

const size = z.enum(Page.sizes.map(String) as [string, ...string[]]).transform((text) => Number(text) as Page.PageSize)
const cursor = z.string().transform((text, context) => {
  const decoded = Page.decode(text)
  if (decoded) return decoded
  context.addIssue({ code: 'custom', message: 'is no cursor' })
  return z.NEVER
})
const paging = { size, after: cursor, before: cursor }

/** Reads the filters of `shape` and the page controls size, after and before. */
export function read<S extends FilterShape>(shape: S, params: FilterParams): FilterReading<S> {
  const values: Record<string, unknown> = {}
  const query: Record<string, string> = {}
  const ignored: string[] = []
  const schemas: FilterShape = { ...shape, ...paging }
  for (const [name, given] of Object.entries(params)) {
    const text = Array.isArray(given) ? given[0] : given
    if (text === undefined || text === '') continue
    const parsed = Object.hasOwn(schemas, name) ? schemas[name]?.safeParse(text) : undefined
    if (parsed?.success) {
      values[name] = parsed.data
      query[name] = text
    } else ignored.push(`${name}=${text.length > 60 ? `${text.slice(0, 60)}…` : text}`)
  }
  return { values: values as FilterValues<S>, ask: askOf(values), query, ignored }
}

function askOf(values: Record<string, unknown>): Page.PageRequest {
  const pageSize = (values['size'] as Page.PageSize | undefined) ?? 25
  const [after, before] = [values['after'], values['before']] as [Page.Cursor | undefined, Page.Cursor | undefined]
  if (after) return { size: pageSize, after }
  return before ? { size: pageSize, before } : { size: pageSize }
}

/**
 * The address of a view: `path` with the changed query (undefined removes). Any change except a cursor's goes back to the first
 * page.
 */
export function href(path: string, query: Record<string, string>, change: Record<string, string | undefined>): string {
  const turns = 'after' in change || 'before' in change
  const next = new URLSearchParams()
  for (const [name, value] of Object.entries({ ...query, ...change })) {
    const cursorOfOther = (name === 'after' || name === 'before') && !(turns && name in change)
    if (value !== undefined && value !== '' && !cursorOfOther) next.set(name, value)
  }
  const text = next.toString()
  return text ? `${path}?${text}` : path
}

/** Several of these words, separated by commas. */
export function anyOf<const Word extends string>(words: readonly Word[]) {
  return z
    .string()
    .transform((text) => [...new Set(text.split(','))])
    .pipe(z.array(z.enum(words as readonly [Word, ...Word[]])).min(1)) as z.ZodType<Word[], string>
}

/**
 * A whole address, or its beginning: at least 0x and four digits, lower-case; for Solana at least six characters, unchanged.
 */
export const addressStart = z
  .string()
  .trim()
  .transform((text) => (/^0x/i.test(text) ? text.toLowerCase() : text))
  .pipe(z.string().regex(/^(0x[0-9a-f]{4,40}|[1-9A-HJ-NP-Za-km-z]{6,44})$/)) as z.ZodType<string, string>

/** A CAIP-2 network. */
export const network = z.string().regex(/^[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}$/)

export const id = z.string().trim().toLowerCase().pipe(z.uuid()) as z.ZodType<string, string>

/** Dollars as typed -> micro-dollars. */
export const dollars = z.string().transform((text, context) => {
  try {
    return Amount.parseDollars(text)
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message })
    return z.NEVER
  }
})

/** A UTC day, 2026-11-22, or a minute of it, 2026-11-22T18:05. */
export const moment = z.union([
  z.iso.date(),
  z
    .string()
    .regex(/^.{10}T([01][0-9]|2[0-3]):[0-5][0-9]$/)
    .refine((text) => z.iso.date().safeParse(text.slice(0, 10)).success),
])

/** The range of time of two UTC days or minutes, the last one included; undefined without either. */
export function between(from?: string, to?: string): { gte?: Date; lt?: Date } | undefined {
  if (!from && !to) return undefined
  return {
    ...(from && { gte: new Date(startOf(from)) }),
    ...(to && { lt: new Date(startOf(to) + (isDay(to) ? 24 * 60 : 1) * 60_000) }),
  }
}

const isDay = (moment: string) => moment.length === '2026-11-22'.length
const startOf = (moment: string) => Date.parse(isDay(moment) ? `${moment}T00:00:00Z` : `${moment}:00Z`)

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Whether a part of a URL can be a row's id: anything else is not found, instead of a database error. */
export function isId(text: string): boolean {
  return uuid.test(text)
}
