'use client'

import { useState, type ReactNode } from 'react'
import { marksUpTo } from './chart-scale'
import { Plot } from './plot'
import { Button } from './ui/button'
import { cn } from './ui/cn'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from './ui/table'

type Props<Row> = {
  rows: readonly Row[]
  /** The series of each row. */
  bars: readonly { color: string; value: (row: Row) => number }[]
  /** A unique key of a row. */
  at: (row: Row) => string
  /** The label below the axis. */
  tick: (at: string) => string
  /** The label of a value at the left axis. */
  scale?: (value: number) => string
  /** The tooltip of a row. */
  bubble: (row: Row) => ReactNode
  /** Its height. */
  className: string
}

const labelsMax = 6

/** Bars over time. Hidden from screen readers, which read the `ChartTable` that `AsTable` shows instead. */
export function Bars<Row>({ rows, bars, at, tick, scale, bubble, className }: Props<Row>) {
  const [pointed, setPointed] = useState<number>()
  const marks = marksUpTo(Math.max(0, ...rows.flatMap((row) => bars.map(({ value }) => value(row)))), !scale)
  const top = marks.at(-1) ?? 1
  const every = Math.max(1, Math.ceil(rows.length / labelsMax))
  const middle = (index: number) => (index + 0.5) / rows.length
  const row = pointed === undefined ? undefined : rows[pointed]
  return (
    <div aria-hidden className={className} onPointerLeave={() => setPointed(undefined)}>
      <Plot
        marks={marks.map((value) => ({ value, label: (scale ?? String)(value) }))}
        ticks={rows.flatMap((one, index) => (index % every === 0 ? [{ at: middle(index), label: tick(at(one)) }] : []))}
        pointed={row && pointed !== undefined ? { at: middle(pointed), bubble: bubble(row) } : undefined}
      >
        <div className="absolute inset-0 flex">
          {rows.map((one, index) => (
            <div
              key={at(one)}
              className="flex h-full min-w-0 flex-1 justify-center hover:bg-muted"
              onPointerEnter={() => setPointed(index)}
            >
              <div className="flex h-full w-4/5 items-end gap-px">
                {bars.map(({ color, value }) => (
                  <div
                    key={color}
                    className="min-w-0 flex-1 rounded-t-[2px]"
                    style={{ backgroundColor: color, height: `${(100 * value(one)) / top}%` }}
                  />
                ))}
              </div>
            </div>
          ))}
        </div>
      </Plot>
    </div>
  )
}

/** For the height of a bar only. Figures that people read come from the exact amount. */
export function dollarHeight(micros: bigint | string): number {
  return Number(micros) / 1e6
}

/** Dollars at the left of a chart. */
export function dollarScale(dollars: number): string {
  return `$${dollars.toLocaleString('en', { maximumSignificantDigits: 3 })}`
}

/** "22 Nov", in UTC. Takes a time or a day in ISO 8601. */
export function dayLabel(at: string): string {
  return new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
}

/** Shows a chart's figures as a table, and back. */
export function AsTable({ pressed, onChange }: { pressed: boolean; onChange: (pressed: boolean) => void }) {
  return (
    <Button variant="ghost" size="sm" aria-pressed={pressed} onClick={() => onChange(!pressed)}>
      View as {pressed ? 'chart' : 'table'}
    </Button>
  )
}

type TableProps<Row> = {
  caption: string
  rows: readonly Row[]
  at: (row: Row) => string
  /** Headings: the first column, then the figures. */
  headers: readonly [string, ...string[]]
  /** The first column, and the figures. */
  cells: (row: Row) => readonly [ReactNode, ...ReactNode[]]
  className?: string
}

/** The exact figures of a chart, in a table with its own scrollbar. */
export function ChartTable<Row>({ caption, rows, at, headers, cells, className }: TableProps<Row>) {
  const align = (column: number) => (column === 0 ? 'tabular-nums' : 'text-right tabular-nums')
  return (
    <div
      role="region"
      aria-label={caption}
      tabIndex={0}
      className={cn('max-h-72 overflow-y-auto -outline-offset-2', className)}
    >
      <Table>
        <caption className="sr-only">{caption}</caption>
        <TableHeader>
          <tr>
            {headers.map((header, column) => (
              <TableHead key={header} className={align(column)}>
                {header}
              </TableHead>
            ))}
          </tr>
        </TableHeader>
        <TableBody>
          {rows.map((row) => (
            <TableRow key={at(row)}>
              {cells(row).map((cell, column) => (
                <TableCell key={headers[column]} className={align(column)}>
                  {cell}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  )
}
