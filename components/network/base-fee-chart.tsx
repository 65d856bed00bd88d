'use client'

import Link from 'next/link'
import { useState, type PointerEvent } from 'react'
import type { BaseFees } from '@/lib/execution'
import { AsTable } from '../bars'
import { marksUpTo } from '../chart-scale'
import { Gwei } from '../gas'
import { Plot } from '../plot'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../ui/table'

type Transaction = BaseFees['transactions'][number]

const steps = [1, 2, 5, 10, 15, 30, 60]
const ticksMax = 6

/** One point of the chart: a base fee, or the price that one of our transactions paid. */
type Point = { atMs: number; at: string; weiPerGas: string; fee?: number; paid?: number; transaction?: Transaction }

/** The base fee of the last hours with our transactions on it, as a chart or as a table. */
export function BaseFeeChart({ fees, network }: { fees: BaseFees; network: string }) {
  const [asTable, setAsTable] = useState(false)
  const points = toPoints(fees)
  return (
    <section aria-label={`Base fee of ${network}`} className="border-t">
      <div className="flex min-h-11 items-center justify-between gap-4 px-4 pt-2">
        <p className="flex flex-wrap gap-x-4 text-xs text-muted-foreground">
          <span>Base fee, last 6 hours, gwei</span>
          {fees.transactions.length > 0 && (
            <span className="inline-flex items-center gap-1.5">
              <span aria-hidden className="size-2 rounded-full bg-chart-3" />
              paid by our transactions
            </span>
          )}
        </p>
        {points.length > 0 && <AsTable pressed={asTable} onChange={setAsTable} />}
      </div>
      {points.length === 0 ? (
        <p className="px-4 pt-4 pb-8 text-center text-muted-foreground">
          No base fee was recorded in the last six hours.
        </p>
      ) : asTable ? (
        <Rows points={points} network={network} />
      ) : (
        <Chart points={points} />
      )}
    </section>
  )
}

function Chart({ points }: { points: readonly Point[] }) {
  const [pointed, setPointed] = useState<Point>()
  const [first, last] = [points[0]?.atMs ?? 0, points.at(-1)?.atMs ?? 0]
  const marks = marksUpTo(Math.max(...points.map(({ fee, paid }) => fee ?? paid ?? 0)))
  const top = marks.at(-1) ?? 1
  const x = (atMs: number) => (last > first ? (atMs - first) / (last - first) : 0.5)
  const point = ({ currentTarget, clientX }: PointerEvent) => {
    const { left, width } = currentTarget.getBoundingClientRect()
    const atMs = first + ((clientX - left) / width) * (last - first)
    setPointed(nearest(points, atMs))
  }
  return (
    <div aria-hidden className="h-44 px-4 pt-1 pb-3" onPointerLeave={() => setPointed(undefined)}>
      <Plot
        marks={marks.map((value) => ({ value, label: value.toLocaleString('en', { maximumSignificantDigits: 3 }) }))}
        ticks={ticksOf(points).map((atMs) => ({ at: x(atMs), label: time(atMs) }))}
        pointed={pointed && { at: x(pointed.atMs), bubble: <Bubble point={pointed} /> }}
      >
        <div className="absolute inset-0" onPointerMove={point}>
          <Line points={points} x={x} top={top} />
          {points.map(({ atMs, paid, transaction }) =>
            paid === undefined ? null : (
              <span
                key={transaction?.id}
                className="absolute size-2 -translate-x-1/2 translate-y-1/2 rounded-full border border-card bg-chart-3"
                style={{ left: `${100 * x(atMs)}%`, bottom: `${(100 * paid) / top}%` }}
              />
            ),
          )}
          {pointed && (
            <div
              className="absolute inset-y-0 border-l border-muted-foreground/40"
              style={{ left: `${100 * x(pointed.atMs)}%` }}
            />
          )}
        </div>
      </Plot>
    </div>
  )
}

type LineProps = { points: readonly Point[]; x: (atMs: number) => number; top: number }

/** The base fee holds from its block to the next one that was recorded: a line of steps. */
function Line({ points, x, top }: LineProps) {
  const fees = points.flatMap(({ atMs, fee }) =>
    fee === undefined ? [] : [[1_000 * x(atMs), 100 - (100 * fee) / top]],
  )
  const [start, ...rest] = fees.map(([left = 0, height = 0]) => [left.toFixed(1), height.toFixed(2)] as const)
  if (!start) return null
  const line = `M${start[0]} ${start[1]}${rest.map(([left, height]) => `H${left}V${height}`).join('')}`
  return (
    <svg viewBox="0 0 1000 100" preserveAspectRatio="none" className="absolute inset-0 size-full overflow-visible">
      <path d={`${line}V100H${start[0]}Z`} fill="var(--chart-1)" fillOpacity={0.1} />
      <path d={line} fill="none" stroke="var(--chart-1)" strokeWidth={1.5} vectorEffect="non-scaling-stroke" />
    </svg>
  )
}

function nearest(points: readonly Point[], atMs: number): Point | undefined {
  return points.reduce<Point | undefined>(
    (best, one) => (best && Math.abs(best.atMs - atMs) <= Math.abs(one.atMs - atMs) ? best : one),
    undefined,
  )
}

function Bubble({ point }: { point: Point }) {
  return (
    <>
      <p className="text-muted-foreground">{time(point.atMs)} UTC</p>
      <p className="font-medium">
        <Gwei wei={point.weiPerGas} />
      </p>
      <p>{kindOf(point)}</p>
    </>
  )
}

function Rows({ points, network }: { points: readonly Point[]; network: string }) {
  return (
    <div
      role="region"
      aria-label={`Base fee of ${network} over time`}
      tabIndex={0}
      className="max-h-72 overflow-y-auto -outline-offset-2"
    >
      <Table>
        <caption className="sr-only">Base fee of {network} over time</caption>
        <TableHeader>
          <tr>
            <TableHead>Time (UTC)</TableHead>
            <TableHead>What</TableHead>
            <TableHead className="text-right">Per gas</TableHead>
          </tr>
        </TableHeader>
        <TableBody>
          {points.toReversed().map((point) => (
            <TableRow key={`${point.at} ${point.transaction?.id ?? ''}`}>
              <TableCell className="tabular-nums">{point.at.slice(11, 19)}</TableCell>
              <TableCell>
                {point.transaction ? (
                  <Link
                    href={`/transactions/${point.transaction.id}`}
                    className="rounded-sm text-brand underline-offset-4 hover:underline"
                  >
                    {kindOf(point)}
                  </Link>
                ) : (
                  kindOf(point)
                )}
              </TableCell>
              <TableCell className="text-right">
                <Gwei wei={point.weiPerGas} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  )
}

/** In the order of time. Numbers are for the height of a point only; figures that people read come from the exact string. */
function toPoints({ samples, transactions }: BaseFees): Point[] {
  const fees = samples.map(({ at, weiPerGas }) => ({
    atMs: Date.parse(at),
    at,
    weiPerGas,
    fee: Number(weiPerGas) / 1e9,
  }))
  const paid = transactions.map((transaction) => ({
    atMs: Date.parse(transaction.at),
    at: transaction.at,
    weiPerGas: transaction.weiPerGas,
    paid: Number(transaction.weiPerGas) / 1e9,
    transaction,
  }))
  return [...fees, ...paid].sort((one, other) => one.atMs - other.atMs)
}

/** Round times, about six of them. */
function ticksOf(points: readonly Point[]): number[] {
  const [first, last] = [points[0]?.atMs ?? 0, points.at(-1)?.atMs ?? 0]
  const stepMs = steps.map((minutes) => minutes * 60_000).find((ms) => (last - first) / ms <= ticksMax) ?? 3_600_000
  const start = Math.ceil(first / stepMs) * stepMs
  return Array.from(
    { length: Math.max(0, Math.floor((last - start) / stepMs) + 1) },
    (_, index) => start + index * stepMs,
  )
}

function kindOf({ transaction }: Point): string {
  if (!transaction) return 'base fee'
  return transaction.ok ? 'paid by a transaction of ours' : 'paid by a transaction of ours that reverted'
}

function time(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 16)
}
