'use client'

import { useState } from 'react'
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { Amount as Money } from '@/lib/money'
import type { SpendView } from '@/lib/payers'
import { Amount } from '../amount'
import { Button } from '../ui/button'
import { Card, CardContent, CardHeader } from '../ui/card'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../ui/table'

type Day = SpendView.Spend['days'][number]
type Props = { days: readonly Day[]; /** Tokens were spent that stand for no dollars here. */ hasOthers: boolean }

/** Spending by day, as bars or as a table. */
export function SpendChart({ days, hasOthers }: Props) {
  const [asTable, setAsTable] = useState(false)
  const calls = days.reduce((sum, day) => sum + day.calls, 0)
  return (
    <Card aria-labelledby="spend-title">
      <CardHeader
        id="spend-title"
        title="Spent by day"
        description={`The last ${days.length} days, UTC${hasOthers ? '; dollars only, without tokens that are not known here' : ''}`}
        actions={
          calls > 0 && (
            <Button variant="ghost" size="sm" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
              View as {asTable ? 'chart' : 'table'}
            </Button>
          )
        }
      />
      {calls === 0 ? (
        <CardContent>
          <p className="py-8 text-center text-muted-foreground">Nothing was spent in this time.</p>
        </CardContent>
      ) : asTable ? (
        <Days days={days} />
      ) : (
        <CardContent>
          <Bars days={days} />
        </CardContent>
      )}
    </Card>
  )
}

function Bars({ days }: { days: readonly Day[] }) {
  // The height of a bar only; every figure that is read comes from the exact string.
  const data = days.map((day) => ({ ...day, height: Number(day.spentMicros) / 1e6 }))
  const tick = { fill: 'var(--muted-foreground)', fontSize: 11 }
  return (
    <div aria-hidden className="h-44">
      <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 600, height: 176 }}>
        <BarChart
          accessibilityLayer={false}
          data={data}
          margin={{ top: 4, right: 0, bottom: 0, left: 0 }}
          barCategoryGap="18%"
        >
          <CartesianGrid vertical={false} stroke="var(--border)" />
          <XAxis
            dataKey="at"
            tickFormatter={dayOf}
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
            width={56}
            tickCount={4}
          />
          <Tooltip
            cursor={{ fill: 'var(--muted)' }}
            isAnimationActive={false}
            content={({ payload }) => <Bubble day={payload[0]?.payload as Day | undefined} />}
          />
          <Bar dataKey="height" fill="var(--chart-1)" radius={[2, 2, 0, 0]} isAnimationActive={false} />
        </BarChart>
      </ResponsiveContainer>
    </div>
  )
}

function Bubble({ day }: { day: Day | undefined }) {
  if (!day) return null
  return (
    <div className="rounded-md bg-popover px-2.5 py-1.5 text-xs text-popover-foreground shadow-overlay">
      <p className="text-muted-foreground">{dayOf(day.at)}</p>
      <p className="font-medium tabular-nums">{Money.formatDollars(BigInt(day.spentMicros))}</p>
      <p className="tabular-nums">{day.calls === 1 ? '1 paid call' : `${day.calls.toLocaleString('en')} paid calls`}</p>
    </div>
  )
}

function Days({ days }: { days: readonly Day[] }) {
  return (
    <div role="region" aria-label="Spent by day" tabIndex={0} className="max-h-72 overflow-y-auto -outline-offset-2">
      <Table>
        <caption className="sr-only">Spent by day</caption>
        <TableHeader>
          <tr>
            <TableHead>Day (UTC)</TableHead>
            <TableHead className="text-right">Paid calls</TableHead>
            <TableHead className="text-right">Spent</TableHead>
          </tr>
        </TableHeader>
        <TableBody>
          {days.map((day) => (
            <TableRow key={day.at}>
              <TableCell className="tabular-nums">{dayOf(day.at)}</TableCell>
              <TableCell className="text-right tabular-nums">{day.calls || '–'}</TableCell>
              <TableCell className="text-right">{day.calls ? <Amount base={day.spentMicros} /> : '–'}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  )
}

function dayOf(at: string): string {
  return new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
}
