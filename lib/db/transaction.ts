import type pg from 'pg'
import { AppError } from '../errors'
import { moneyTypes, pool } from './client'

/** A query with its values apart: made by the `sql` tag, so that a value never becomes text of the statement. */
export type Sql = {
  readonly text: string
  readonly values: readonly unknown[]
  /** Each connection keeps its plan under this name. */
  readonly name?: string
}

/** Where statements run: inside a transaction (`withTransaction`) or on their own (`db`). */
export type Tx = {
  /** All rows. Numeric and int8 come as `bigint`. */
  query<Row>(statement: Sql): Promise<Row[]>
  /** How many rows were written. */
  execute(statement: Sql): Promise<number>
}

/** Tagged template: sql`SELECT … WHERE id = ${id}`. Nested sql fragments are merged; bigint goes as text. */
export function sql(strings: TemplateStringsArray, ...inputs: readonly unknown[]): Sql {
  let text = strings[0] ?? ''
  const values: unknown[] = []
  inputs.forEach((input, index) => {
    if (isSql(input)) {
      text += input.text.replace(/\$(\d+)/g, (_, position: string) => `$${Number(position) + values.length}`)
      values.push(...input.values)
    } else {
      values.push(encode(input))
      text += `$${values.length}`
    }
    text += strings[index + 1] ?? ''
  })
  return { text, values }
}

/** A statement that every connection plans once: for large ones that run all the time. The same name, the same text. */
export function prepared(name: string, { text, values }: Sql): Sql {
  return { text, values, name }
}

/** A value for a json column. Bigints become decimal strings. */
export function json(value: unknown): string {
  try {
    // Without a replacer it is several times faster, and most values hold no bigint.
    return JSON.stringify(value)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? item.toString() : item))
  }
}

function isSql(value: unknown): value is Sql {
  return typeof value === 'object' && value !== null && 'text' in value && 'values' in value
}

function encode(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return value.map(encode)
  return value
}

function on(client: { query(config: pg.QueryConfig): Promise<pg.QueryResult> }): Tx {
  const run = (statement: Sql) =>
    client
      .query({ name: statement.name, text: statement.text, values: [...statement.values], types: moneyTypes })
      .catch((error: unknown) => Promise.reject(explain(error)))
  return {
    query: async <Row>(statement: Sql) => (await run(statement)).rows as Row[],
    execute: async (statement) => (await run(statement)).rowCount ?? 0,
  }
}

/** Single statements, each its own transaction. */
export const db: Tx = {
  query: (statement) => on(pool()).query(statement),
  execute: (statement) => on(pool()).execute(statement),
}

const retriedStates = new Set(['40001', '40P01'])
const attemptsMax = 3

/**
 * Runs `work` in one READ COMMITTED transaction and commits. No network call belongs inside.
 * `work` may run again after a deadlock or serialization failure, so it must have no other effect.
 */
export async function withTransaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const client = await pool()
      .connect()
      .catch((error: unknown) => Promise.reject(explain(error)))
    let broken: Error | undefined
    try {
      await client.query('BEGIN')
      const result = await work(on(client))
      await client.query('COMMIT')
      return result
    } catch (error) {
      await client.query('ROLLBACK').catch((rollbackError: Error) => (broken = rollbackError))
      if (!retriedStates.has((error as { code?: string }).code ?? '') || attempt >= attemptsMax) throw error
    } finally {
      client.release(broken)
    }
  }
}

// Connection lost or refused, server shutting down or starting, too many connections, statement timed out.
const unreachable = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|08|57P0|53|57014)/
const unreachableText = /timeout exceeded|Connection terminated|not queryable|Cannot use a pool/

/** A database that cannot be reached is `unavailable`: nothing is sold without a durable record. */
function explain(error: unknown): unknown {
  const { code = '', message = '' } = error as { code?: string; message?: string }
  if (!unreachable.test(code) && !unreachableText.test(message)) return error
  const options = { cause: error, headers: { 'Retry-After': '2' } }
  return new AppError('unavailable', 'The database cannot be reached, so nothing is sold for the moment.', options)
}
