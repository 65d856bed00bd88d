import { createHash } from 'node:crypto'
import type pg from 'pg'
import { AppError } from '../errors'
import { moneyTypes, pool } from './client'

/**
 * A query with its values apart: made by the `sql` tag, so that a value never becomes part of the text. The text is built when
 * it is first needed; a prepared statement usually never needs it.
 */
export class Sql {
  /** One more than values. */
  readonly pieces: readonly string[]
  readonly values: readonly unknown[]
  /** The name of its plan on each connection. */
  readonly name: string | undefined

  constructor(pieces: readonly string[], values: readonly unknown[], name?: string) {
    this.pieces = pieces
    this.values = values
    this.name = name
  }

  get text(): string {
    return this.pieces.reduce((text, piece, index) => `${text}$${index}${piece}`)
  }
}

/** Where statements run: in a transaction (`withTransaction`) or on their own (`db`). */
export type Tx = {
  /** All rows: the column `amount_base` is the member `amountBase`. Numeric and int8 are `bigint`. */
  query<Row>(statement: Sql): Promise<Row[]>
  /** How many rows were written. */
  execute(statement: Sql): Promise<number>
}

/** Tagged template: sql`SELECT … WHERE id = ${id}`. Nested sql fragments are merged; a bigint is sent as text. */
export function sql(strings: TemplateStringsArray, ...inputs: readonly unknown[]): Sql {
  const pieces: string[] = [strings[0] ?? '']
  const values: unknown[] = []
  const extend = (text: string) => (pieces[pieces.length - 1] += text)
  inputs.forEach((input, index) => {
    if (input instanceof Sql) {
      const [first = '', ...rest] = input.pieces
      extend(first)
      pieces.push(...rest)
      values.push(...input.values)
    } else {
      values.push(encode(input))
      pieces.push('')
    }
    extend(strings[index + 1] ?? '')
  })
  return new Sql(pieces, values)
}

const texts = new Map<string, string>()

/** A statement that every connection plans once: for large ones that run often. One name always has one text. */
export function prepared(name: string, { pieces, values }: Sql): Sql {
  return new Sql(pieces, values, name)
}

const names = new Map<string, string>()

/**
 * A prepared statement that is named by its text, for statements with a few forms: the copies of this module in one process
 * share connections, and never give one name to two texts.
 */
export function planned(statement: Sql): Sql {
  const { text } = statement
  const name = names.get(text) ?? createHash('sha256').update(text).digest('base64url')
  names.set(text, name)
  texts.set(name, text)
  return prepared(name, statement)
}

function textOf(statement: Sql): string {
  const { name } = statement
  if (name === undefined) return statement.text
  const known = texts.get(name) ?? statement.text
  texts.set(name, known)
  return known
}

/** A value for a json column. Bigints become decimal strings. */
export function json(value: unknown): string {
  try {
    // Several times faster without a replacer, and most values hold no bigint.
    return JSON.stringify(value)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? item.toString() : item))
  }
}

function encode(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return value.map(encode)
  return value
}

type Connection = { query(config: pg.QueryArrayConfig): Promise<pg.QueryArrayResult> }

function on(client: Connection): Tx {
  const run = (statement: Sql) =>
    client
      .query({
        name: statement.name,
        text: textOf(statement),
        values: [...statement.values],
        types: moneyTypes,
        rowMode: 'array',
      })
      .catch((error: unknown) => Promise.reject(explain(error)))
  return {
    query: async <Row>(statement: Sql) => toObjects<Row>(await run(statement)),
    execute: async (statement) => (await run(statement)).rowCount ?? 0,
  }
}

/**
 * The only place where columns (`amount_base`) become members (`amountBase`): names are converted once per result, not per row.
 */
function toObjects<Row>({ fields, rows }: pg.QueryArrayResult): Row[] {
  const names = fields.map(({ name }) => toCamelCase(name))
  return rows.map((values) => {
    const row: Record<string, unknown> = {}
    for (let index = 0; index < names.length; index++) row[names[index] as string] = (values as unknown[])[index]
    return row as Row
  })
}

const camelCased = new Map<string, string>()

function toCamelCase(column: string): string {
  const known = camelCased.get(column)
  if (known !== undefined) return known
  const name = column.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
  camelCased.set(column, name)
  return name
}

/** Single statements, each its own transaction. */
export const db: Tx = {
  query: (statement) => on(pool()).query(statement),
  execute: (statement) => on(pool()).execute(statement),
}

const retriedStates = new Set(['40001', '40P01'])
const attemptsMax = 3

/**
 * Runs `work` in one READ COMMITTED transaction and commits. No network call belongs inside. `work` may run again after a
 * deadlock or serialization failure, so it must have no other effect.
 * @throws AppError unavailable if the database cannot be reached. The outcome is then unknown: the commit may have happened and
 *   only its reply been lost.
 */
export async function withTransaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const client = await pool()
      .connect()
      .catch((error: unknown) => Promise.reject(explain(error)))
    let broken: Error | undefined
    // A connection that ends between two statements emits an event; without a listener it would end the process.
    const lose = (error: Error) => void (broken = error)
    client.on('error', lose)
    try {
      await client.query('BEGIN')
      const result = await work(on(client))
      await client.query('COMMIT')
      return result
    } catch (error) {
      const known = explain(error)
      // A connection that does not answer would also delay the ROLLBACK: closing it rolls back too.
      if (isUnreachable(known)) broken ??= known
      else await client.query('ROLLBACK').catch((rollbackError: Error) => (broken = rollbackError))
      if (!retriedStates.has((error as { code?: string }).code ?? '') || attempt >= attemptsMax) throw known
    } finally {
      client.off('error', lose)
      client.release(broken)
    }
  }
}

// Connection lost or refused, server shutting down or starting, too many connections, statement timed out.
const unreachable = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|08|57P0|53|57014)/
const unreachableText =
  /timeout exceeded|timeout expired|Connection terminated|Query read timeout|not queryable|Cannot use a pool/

// A text or JSON with the character NUL, or half of a surrogate pair: valid in JavaScript, but not in PostgreSQL.
const unstorable = new Set(['22021', '22P05'])

/**
 * Translates errors of the database. Unreachable is `unavailable`: nothing is sold without a durable record. A text that it
 * cannot store is the sender's fault.
 */
export function explain(error: unknown): unknown {
  const { code = '', message = '' } = error as { code?: string; message?: string }
  if (unstorable.has(code))
    return new AppError('bad-request', 'A text holds a character that cannot be stored, such as NUL.', { cause: error })
  if (error instanceof AppError || (!unreachable.test(code) && !unreachableText.test(message))) return error
  const options = { cause: error, headers: { 'Retry-After': '2' } }
  return new AppError('unavailable', 'The database cannot be reached, so nothing is sold for the moment.', options)
}

function isUnreachable(error: unknown): error is AppError {
  return error instanceof AppError && error.code === 'unavailable'
}
