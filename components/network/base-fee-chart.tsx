'use client'

import Link from 'next/link'
import { useState } from 'react'
import { Area, CartesianGrid, ComposedChart, ResponsiveContainer, Scatter, Tooltip, XAxis, YAxis } from 'recharts'
import type { BaseFees } from '@/lib/execution'
import { AsTable } from '../bars'
import { Gwei } from '../gas'
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

function Chart({ points }: { points: Point[] }) {
  const tick = { fill: 'var(--muted-foreground)', fontSize: 11 }
  return (
    <div aria-hidden className="h-44 overflow-hidden px-4 pt-1 pb-3">
      <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 600, height: 160 }}>
        <ComposedChart accessibilityLayer={false} data={points} margin={{ top: 6, right: 6, bottom: 0, left: 0 }}>
          <CartesianGrid vertical={false} stroke="var(--border)" />
          <XAxis
            dataKey="atMs"
            type="number"
            scale="time"
            domain={['dataMin', 'dataMax']}
            ticks={ticksOf(points)}
            tickFormatter={time}
            tick={tick}
            tickLine={false}
            axisLine={{ stroke: 'var(--border)' }}
            minTickGap={40}
          />
          <YAxis
            tickFormatter={(gwei: number) => gwei.toLocaleString('en', { maximumSignificantDigits: 3 })}
            domain={[0, 'auto']}
            tick={tick}
            tickLine={false}
            axisLine={false}
            width={48}
            tickCount={4}
          />
          <Tooltip
            cursor={{ stroke: 'var(--border)' }}
            isAnimationActive={false}
            content={({ payload }) => <Bubble point={payload[0]?.payload as Point | undefined} />}
          />
          <Area
            dataKey="fee"
            type="stepAfter"
            connectNulls
            stroke="var(--chart-1)"
            strokeWidth={1.5}
            fill="var(--chart-1)"
            fillOpacity={0.1}
            dot={false}
            activeDot={{ r: 3 }}
            isAnimationActive={false}
          />
          <Scatter dataKey="paid" fill="var(--chart-3)" stroke="var(--card)" isAnimationActive={false} />
        </ComposedChart>
      </ResponsiveContainer>
    </div>
  )
}

function Bubble({ point }: { point: Point | undefined }) {
  if (!point) return null
  return (
    <div className="rounded-md bg-popover px-2.5 py-1.5 text-xs text-popover-foreground shadow-overlay">
      <p className="text-muted-foreground">{time(point.atMs)} UTC</p>
      <p className="font-medium">
        <Gwei wei={point.weiPerGas} />
      </p>
      <p>{kindOf(point)}</p>
    </div>
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
