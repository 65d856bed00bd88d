'use client'

import type { ReactNode } from 'react'
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
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

/** Bars over time. Hidden from screen readers, which read the `ChartTable` that `AsTable` shows instead. */
export function Bars<Row>({ rows, bars, at, tick, scale, bubble, className }: Props<Row>) {
  const data = rows.map((row) => ({ at: at(row), row, values: bars.map(({ value }) => value(row)) }))
  const text = { fill: 'var(--muted-foreground)', fontSize: 11 }
  return (
    // Before the chart is measured it may be wider than its place and must not cover its neighbours.
    <div aria-hidden className={cn('overflow-hidden', className)}>
      <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 600, height: 192 }}>
        <BarChart
          accessibilityLayer={false}
          data={data}
          margin={{ top: 4, right: 0, bottom: 0, left: 0 }}
          barCategoryGap="18%"
          barGap={1}
        >
          <CartesianGrid vertical={false} stroke="var(--border)" />
          <XAxis
            dataKey="at"
            tickFormatter={tick}
            tick={text}
            tickLine={false}
            axisLine={{ stroke: 'var(--border)' }}
            minTickGap={32}
          />
          <YAxis
            tickFormatter={scale ?? String}
            allowDecimals={scale !== undefined}
            tick={text}
            tickLine={false}
            axisLine={false}
            // Measured again with the figures, which grow while the page is open.
            width={scale ? 56 : 40}
            tickCount={4}
          />
          <Tooltip
            cursor={{ fill: 'var(--muted)' }}
            isAnimationActive={false}
            content={({ payload }) => {
              const pointed = payload[0]?.payload as (typeof data)[number] | undefined
              return pointed && <Bubble>{bubble(pointed.row)}</Bubble>
            }}
          />
          {bars.map(({ color }, index) => (
            <Bar key={color} dataKey={`values.${index}`} fill={color} radius={[2, 2, 0, 0]} isAnimationActive={false} />
          ))}
        </BarChart>
      </ResponsiveContainer>
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

function Bubble({ children }: { children: ReactNode }) {
  return (
    <div className="rounded-md bg-popover px-2.5 py-1.5 text-xs text-popover-foreground tabular-nums shadow-overlay">
      {children}
    </div>
  )
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
