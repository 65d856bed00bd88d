'use client'

import { useState } from 'react'
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import type { Minute } from '@/lib/channels'
import { Button } from '../ui/button'
import { Card, CardContent, CardHeader } from '../ui/card'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../ui/table'

/** Vouchers by the minute, as bars or as a table. */
export function VoucherChart({ minutes }: { minutes: readonly Minute[] }) {
  const [asTable, setAsTable] = useState(false)
  const total = minutes.reduce((sum, minute) => sum + minute.vouchers, 0)
  const most = Math.max(...minutes.map((minute) => minute.vouchers))
  return (
    <Card aria-labelledby="vouchers-title">
      <CardHeader
        id="vouchers-title"
        title="Vouchers a minute"
        description={
          total === 0
            ? `None in the last ${minutes.length} minutes`
            : `${total.toLocaleString('en')} in the last ${minutes.length} minutes, at most ${most.toLocaleString('en')} in one`
        }
        actions={
          total > 0 && (
            <Button variant="ghost" size="sm" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
              View as {asTable ? 'chart' : 'table'}
            </Button>
          )
        }
      />
      {total > 0 && (asTable ? <Rows minutes={minutes} /> : <Bars minutes={minutes} />)}
    </Card>
  )
}

function Bars({ minutes }: { minutes: readonly Minute[] }) {
  const tick = { fill: 'var(--muted-foreground)', fontSize: 11 }
  return (
    <CardContent>
      <div aria-hidden className="h-36">
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 600, height: 144 }}>
          <BarChart
            accessibilityLayer={false}
            data={[...minutes]}
            margin={{ top: 4, right: 0, bottom: 0, left: 0 }}
            barCategoryGap="18%"
          >
            <CartesianGrid vertical={false} stroke="var(--border)" />
            <XAxis
              dataKey="at"
              tickFormatter={time}
              tick={tick}
              tickLine={false}
              axisLine={{ stroke: 'var(--border)' }}
              minTickGap={32}
            />
            <YAxis allowDecimals={false} tick={tick} tickLine={false} axisLine={false} width={32} tickCount={3} />
            <Tooltip
              cursor={{ fill: 'var(--muted)' }}
              isAnimationActive={false}
              content={({ payload }) => <Bubble minute={payload[0]?.payload as Minute | undefined} />}
            />
            <Bar dataKey="vouchers" fill="var(--chart-1)" radius={[2, 2, 0, 0]} isAnimationActive={false} />
          </BarChart>
        </ResponsiveContainer>
      </div>
    </CardContent>
  )
}

function Bubble({ minute }: { minute: Minute | undefined }) {
  if (!minute) return null
  return (
    <div className="rounded-md bg-popover px-2.5 py-1.5 text-xs text-popover-foreground shadow-overlay">
      <p className="text-muted-foreground">{time(minute.at)} UTC</p>
      <p className="font-medium tabular-nums">
        {minute.vouchers.toLocaleString('en')} {minute.vouchers === 1 ? 'voucher' : 'vouchers'}
      </p>
    </div>
  )
}

function Rows({ minutes }: { minutes: readonly Minute[] }) {
  return (
    <div
      role="region"
      aria-label="Vouchers a minute"
      tabIndex={0}
      className="max-h-56 overflow-y-auto -outline-offset-2"
    >
      <Table>
        <caption className="sr-only">Vouchers a minute</caption>
        <TableHeader>
          <tr>
            <TableHead>Minute (UTC)</TableHead>
            <TableHead className="text-right">Vouchers</TableHead>
          </tr>
        </TableHeader>
        <TableBody>
          {minutes.map((minute) => (
            <TableRow key={minute.at}>
              <TableCell className="tabular-nums">{time(minute.at)}</TableCell>
              <TableCell className="text-right tabular-nums">{minute.vouchers || '–'}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  )
}

function time(at: string): string {
  return at.slice(11, 16)
}
