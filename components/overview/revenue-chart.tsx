'use client'

import { useState } from 'react'
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import type { Range, Summary } from '@/lib/payments'
import { Amount as Money } from '@/lib/money'
import { Amount } from '../amount'
import { Button } from '../ui/button'
import { Card, CardContent, CardHeader } from '../ui/card'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../ui/table'

type Bucket = Summary['buckets'][number]

/** Revenue over time, as bars or as a table. */
export function RevenueChart({ summary, range }: { summary: Summary; range: Range.Range }) {
  const [asTable, setAsTable] = useState(false)
  const empty = summary.paidCalls === 0
  return (
    <Card aria-labelledby="chart-title">
      <CardHeader
        id="chart-title"
        title="Revenue"
        description={range === '24h' ? 'By hour, UTC' : range === '7d' ? 'By six hours, UTC' : 'By day, UTC'}
        actions={
          !empty && (
            <Button variant="ghost" size="sm" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
              View as {asTable ? 'chart' : 'table'}
            </Button>
          )
        }
      />
      {empty ? (
        <CardContent>
          <p className="py-8 text-center text-muted-foreground">No revenue in this period.</p>
        </CardContent>
      ) : asTable ? (
        <Buckets buckets={summary.buckets} range={range} />
      ) : (
        <CardContent>
          <Bars buckets={summary.buckets} range={range} />
        </CardContent>
      )}
    </Card>
  )
}

function Bars({ buckets, range }: { buckets: readonly Bucket[]; range: Range.Range }) {
  // The height of a bar only; every figure that is read comes from the exact string.
  const data = buckets.map((bucket) => ({ ...bucket, height: Number(bucket.revenueMicros) / 1e6 }))
  const tick = { fill: 'var(--muted-foreground)', fontSize: 11 }
  return (
    <div aria-hidden className="h-52">
      <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 600, height: 208 }}>
        <BarChart
          accessibilityLayer={false}
          data={data}
          margin={{ top: 4, right: 0, bottom: 0, left: 0 }}
          barCategoryGap="18%"
        >
          <CartesianGrid vertical={false} stroke="var(--border)" />
          <XAxis
            dataKey="at"
            tickFormatter={(at: string) => shortLabel(at, range)}
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
            content={({ payload }) => <Bubble bucket={payload[0]?.payload as Bucket | undefined} range={range} />}
          />
          <Bar dataKey="height" fill="var(--chart-1)" radius={[2, 2, 0, 0]} isAnimationActive={false} />
        </BarChart>
      </ResponsiveContainer>
    </div>
  )
}

function Bubble({ bucket, range }: { bucket: Bucket | undefined; range: Range.Range }) {
  if (!bucket) return null
  return (
    <div className="rounded-md bg-popover px-2.5 py-1.5 text-xs text-popover-foreground shadow-overlay">
      <p className="text-muted-foreground">{longLabel(bucket.at, range)}</p>
      <p className="font-medium tabular-nums">{Money.formatDollars(BigInt(bucket.revenueMicros))}</p>
      <p className="tabular-nums">{calls(bucket.paidCalls)}</p>
    </div>
  )
}

function Buckets({ buckets, range }: { buckets: readonly Bucket[]; range: Range.Range }) {
  return (
    <div
      role="region"
      aria-label="Revenue over time"
      tabIndex={0}
      className="max-h-72 overflow-y-auto -outline-offset-2"
    >
      <Table>
        <caption className="sr-only">Revenue over time</caption>
        <TableHeader>
          <tr>
            <TableHead>From (UTC)</TableHead>
            <TableHead className="text-right">Paid calls</TableHead>
            <TableHead className="text-right">Revenue</TableHead>
          </tr>
        </TableHeader>
        <TableBody>
          {buckets.map((bucket) => (
            <TableRow key={bucket.at}>
              <TableCell className="tabular-nums">{longLabel(bucket.at, range)}</TableCell>
              <TableCell className="text-right tabular-nums">{bucket.paidCalls || '–'}</TableCell>
              <TableCell className="text-right">
                {bucket.paidCalls ? <Amount base={bucket.revenueMicros} /> : '–'}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  )
}

function calls(count: number): string {
  return count === 1 ? '1 paid call' : `${count.toLocaleString('en')} paid calls`
}

function shortLabel(at: string, range: Range.Range): string {
  return range === '24h' ? at.slice(11, 16) : day(at)
}

function longLabel(at: string, range: Range.Range): string {
  return range === '30d' ? day(at) : `${day(at)}, ${at.slice(11, 16)}`
}

function day(at: string): string {
  return new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
}
