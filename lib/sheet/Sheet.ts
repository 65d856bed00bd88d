import { Amount } from '@/lib/money'
import * as Csv from './Csv'

/** A list as a file: named columns with one cell per row, as CSV or as JSON lines, written while it is read. */

export const formats = ['csv', 'jsonl'] as const
export type SheetFormat = (typeof formats)[number]

export type SheetColumn<Row> = {
  /** Lower-case words with underscores: the head of the CSV file, the member of a JSON line. */
  name: string
  /** One sentence for docs/exports.md. */
  about: string
  /** Null: an empty cell in CSV, null in JSON. */
  cell(row: Row): string | null
}

export const mediaTypes: Record<SheetFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/jsonl; charset=utf-8',
}

/**
 * The pieces of the file, one per page of rows: the next page is read when the reader takes the next piece, so that a file of
 * any length needs the memory of one page.
 */
export async function* write<Row>(
  columns: readonly SheetColumn<Row>[],
  pages: AsyncIterable<readonly Row[]>,
  format: SheetFormat,
): AsyncGenerator<string> {
  if (format === 'csv') yield Csv.line(columns.map(({ name }) => name))
  const line = format === 'csv' ? csvLine : jsonLine
  for await (const rows of pages) if (rows.length > 0) yield rows.map((row) => line(columns, row)).join('')
}

function csvLine<Row>(columns: readonly SheetColumn<Row>[], row: Row): string {
  return Csv.line(columns.map(({ cell }) => cell(row) ?? ''))
}

function jsonLine<Row>(columns: readonly SheetColumn<Row>[], row: Row): string {
  return `${JSON.stringify(Object.fromEntries(columns.map(({ name, cell }) => [name, cell(row)])))}\n`
}

/**
 * Two columns of one amount: `name` as a decimal and `name_base_units`. A null amount is empty in both, one without decimals only
 * in the first: without them an amount of a token has no meaning.
 */
export function amounts<Row>(
  name: string,
  about: string,
  of: (row: Row) => { base: bigint | null; decimals: number | undefined },
): SheetColumn<Row>[] {
  const decimal = (row: Row) => {
    const { base, decimals } = of(row)
    return base === null || decimals === undefined ? null : Amount.toDecimal(base, decimals)
  }
  return [
    { name, about, cell: decimal },
    {
      name: `${name}_base_units`,
      about: `The same in the smallest units, an integer.`,
      cell: (row) => of(row).base?.toString() ?? null,
    },
  ]
}

/** An instant in UTC, ISO 8601. */
export function time<Row>(name: string, about: string, at: (row: Row) => Date | null): SheetColumn<Row> {
  return { name, about: `${about} UTC, ISO 8601.`, cell: (row) => at(row)?.toISOString() ?? null }
}
