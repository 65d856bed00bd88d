'use client'

import { useState } from 'react'
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import type { Replay } from '@/lib/payments'
import { Amount as Money } from '@/lib/money'
import { Amount } from '../amount'
import { Button } from '../ui/button'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../ui/table'

type Day = Replay['days'][number]

/** Revenue by day, as it was and as it would have been, as bars or as a table. */
export function ReplayChart({ days }: { days: readonly Day[] }) {
  const [asTable, setAsTable] = useState(false)
  return (
    <section aria-labelledby="replay-days" className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 id="replay-days" className="text-xs font-medium text-muted-foreground">
          By day, UTC
        </h3>
        <div className="flex flex-wrap items-center gap-3 text-xs text-muted-foreground">
          <Key color="var(--chart-5)" label="charged" />
          <Key color="var(--chart-1)" label="would have been" />
          <Button variant="ghost" size="sm" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            View as {asTable ? 'chart' : 'table'}
          </Button>
        </div>
      </div>
      {asTable ? <Days days={days} /> : <Bars days={days} />}
    </section>
  )
}

function Key({ color, label }: { color: string; label: string }) {
  return (
    <span className="flex items-center gap-1.5">
      <span aria-hidden className="size-2 rounded-xs" style={{ background: color }} />
      {label}
    </span>
  )
}

function Bars({ days }: { days: readonly Day[] }) {
  // The heights of bars only; every figure that is read comes from the exact amount.
  const data = days.map((day) => ({
    label: day.day,
    charged: Number(day.thenMicros) / 1e6,
    wouldBe: Number(day.nowMicros) / 1e6,
    day,
  }))
  const tick = { fill: 'var(--muted-foreground)', fontSize: 11 }
  const bar = { radius: [2, 2, 0, 0] as [number, number, number, number], isAnimationActive: false }
  return (
    <div aria-hidden className="h-48">
      <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 600, height: 192 }}>
        <BarChart
          accessibilityLayer={false}
          data={data}
          margin={{ top: 4, right: 0, bottom: 0, left: 0 }}
          barCategoryGap="24%"
          barGap={1}
        >
          <CartesianGrid vertical={false} stroke="var(--border)" />
          <XAxis
            dataKey="label"
            tickFormatter={shortDay}
            tick={tick}
            tickLine={false}
            axisLine={{ stroke: 'var(--border)' }}
            minTickGap={32}
          />
          <YAxis
            tickFormatter={(dollars: number) => `$${dollars.toLocaleString('en', { maximumSignificantDigits: 3 })}`}
            tick={tick}
            tickLine={false}
            axisLine={false}
            width="auto"
            tickCount={4}
          />
          <Tooltip
            cursor={{ fill: 'var(--muted)' }}
            isAnimationActive={false}
            content={({ payload }) => <Bubble day={(payload[0]?.payload as { day: Day } | undefined)?.day} />}
          />
          <Bar dataKey="charged" fill="var(--chart-5)" {...bar} />
          <Bar dataKey="wouldBe" fill="var(--chart-1)" {...bar} />
        </BarChart>
      </ResponsiveContainer>
    </div>
  )
}

function Bubble({ day }: { day: Day | undefined }) {
  if (!day) return null
  return (
    <div className="rounded-md bg-popover px-2.5 py-1.5 text-xs text-popover-foreground shadow-overlay">
      <p className="text-muted-foreground">{shortDay(day.day)}</p>
      <p className="tabular-nums">{Money.formatDollars(day.thenMicros)} charged</p>
      <p className="font-medium tabular-nums">{Money.formatDollars(day.nowMicros)} would have been</p>
    </div>
  )
}

function Days({ days }: { days: readonly Day[] }) {
  return (
    <div role="region" aria-label="Revenue by day" tabIndex={0} className="max-h-72 overflow-y-auto -outline-offset-2">
      <Table>
        <caption className="sr-only">Revenue by day, as it was and as it would have been</caption>
        <TableHeader>
          <tr>
            <TableHead>Day (UTC)</TableHead>
            <TableHead className="text-right">Calls</TableHead>
            <TableHead className="text-right">Charged</TableHead>
            <TableHead className="text-right">Would have been</TableHead>
          </tr>
        </TableHeader>
        <TableBody>
          {days.map(({ day, calls, thenMicros, nowMicros }) => (
            <TableRow key={day}>
              <TableCell className="tabular-nums">{shortDay(day)}</TableCell>
              <TableCell className="text-right tabular-nums">{calls.toLocaleString('en')}</TableCell>
              <TableCell className="text-right">
                <Amount base={thenMicros} />
              </TableCell>
              <TableCell className="text-right">
                <Amount base={nowMicros} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  )
}

function shortDay(day: string): string {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
}
