import { z } from 'zod'

/** A window on a list, newest first. Cursors name a row, so that new rows never shift a page. */

export const sizes = [25, 50, 100] as const
export type PageSize = (typeof sizes)[number]

/** The row at a page's edge: its time, and its id among rows of the same instant. `worth`: its place in a list by amount, comparable over tokens. */
export type Cursor = { atMs: number; id: string; worth?: string }

/** The requested page: the first one, the one of older rows (`after`), or of newer ones (`before`). */
export type PageRequest = { size: number } & (
  | { after?: never; before?: never }
  | { after: Cursor; before?: never }
  | { before: Cursor; after?: never }
)

/** People do not read so many rows one by one, and a full count takes longer the more there are. */
export const countMax = 10_000
/** Where a counting statement stops: one more than is shown. */
export const countLimit = countMax + 1

export type Page<Row> = {
  rows: Row[]
  /** Rows that match the filter, on all pages; more than `countMax` means any higher number. */
  total: number
  size: number
  /** Cursor for `before`; absent on the first page. */
  newer?: string
  /** Cursor for `after`; absent on the last page. */
  older?: string
}

const place = [z.int().min(0).max(8.64e15), z.string().min(1).max(80)] as const
const Encoded = z.union([z.tuple(place), z.tuple([...place, z.string().regex(/^[0-9]{1,120}$/)])])

/** A cursor as a URL holds it. */
export function encode(cursor: Cursor): string {
  return Buffer.from(
    JSON.stringify([cursor.atMs, cursor.id, ...(cursor.worth === undefined ? [] : [cursor.worth])]),
  ).toString('base64url')
}

/** The cursor in a URL's text; undefined if there is none. */
export function decode(text: string): Cursor | undefined {
  try {
    const [atMs, id, worth] = Encoded.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
    return { atMs, id, ...(worth !== undefined && { worth }) }
  } catch {
    return undefined
  }
}

/** A total in words: "1,234", or "10,000+" where the count stopped. */
export function totalWords(total: number): string {
  return total > countMax ? `${countMax.toLocaleString('en')}+` : total.toLocaleString('en')
}

/** The same request without its cursor. */
export function first(ask: PageRequest): PageRequest {
  return { size: ask.size }
}

/**
 * A page from the rows that were read, one more than it holds: newest first, the extra row dropped, cursors set.
 * `cursorOf` names a row's place.
 */
export function from<Row>(
  ask: PageRequest,
  read: readonly Row[],
  total: number,
  cursorOf: (row: Row) => Cursor,
): Page<Row> {
  const more = read.length > ask.size
  const kept = read.slice(0, ask.size)
  const rows = ask.before ? kept.reverse() : kept
  const top = rows[0]
  const bottom = rows.at(-1)
  const hasNewer = ask.before ? more : ask.after !== undefined
  const hasOlder = ask.before ? true : more
  return {
    rows,
    total,
    size: ask.size,
    ...(hasNewer && top && { newer: encode(cursorOf(top)) }),
    ...(hasOlder && bottom && { older: encode(cursorOf(bottom)) }),
  }
}

/** The page with converted rows. */
export function map<Row, Other>(page: Page<Row>, turn: (row: Row) => Other): Page<Other> {
  return { ...page, rows: page.rows.map(turn) }
}
