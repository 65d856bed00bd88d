'use client'

import { useState } from 'react'
import type { DateRange, EarningsSummary } from '@/lib/payments'
import { Amount as Money } from '@/lib/money'
import { Amount } from '../amount'
import { AsTable, Bars, ChartTable, dayLabel, dollarHeight, dollarScale } from '../bars'
import { Card, CardContent, CardHeader } from '../ui/card'

type Bucket = EarningsSummary['buckets'][number]

const at = (bucket: Bucket) => bucket.at

/** Revenue over time, as bars or as a table. */
export function RevenueChart({ summary, range }: { summary: EarningsSummary; range: DateRange.DateRange }) {
  const [asTable, setAsTable] = useState(false)
  const isEmpty = summary.paidCalls === 0
  return (
    <Card aria-labelledby="chart-title">
      <CardHeader
        id="chart-title"
        title="Revenue"
        description={range === '24h' ? 'By hour, UTC' : range === '7d' ? 'By six hours, UTC' : 'By day, UTC'}
        actions={!isEmpty && <AsTable pressed={asTable} onChange={setAsTable} />}
      />
      {isEmpty ? (
        <CardContent>
          <p className="py-8 text-center text-muted-foreground">No revenue in this period.</p>
        </CardContent>
      ) : asTable ? (
        <ChartTable
          caption="Revenue over time"
          rows={summary.buckets}
          at={at}
          headers={['From (UTC)', 'Paid calls', 'Revenue']}
          cells={(bucket) => [
            longLabel(bucket.at, range),
            bucket.paidCalls || '–',
            bucket.paidCalls ? <Amount base={bucket.revenueMicros} /> : '–',
          ]}
        />
      ) : (
        <CardContent>
          <Bars
            className="h-52"
            rows={summary.buckets}
            at={at}
            tick={(time) => (range === '24h' ? time.slice(11, 16) : dayLabel(time))}
            scale={dollarScale}
            bars={[{ color: 'var(--chart-1)', value: (bucket) => dollarHeight(bucket.revenueMicros) }]}
            bubble={(bucket) => (
              <>
                <p className="text-muted-foreground">{longLabel(bucket.at, range)}</p>
                <p className="font-medium">{Money.formatDollars(BigInt(bucket.revenueMicros))}</p>
                <p>{calls(bucket.paidCalls)}</p>
              </>
            )}
          />
        </CardContent>
      )}
    </Card>
  )
}

function calls(count: number): string {
  return count === 1 ? '1 paid call' : `${count.toLocaleString('en')} paid calls`
}

function longLabel(time: string, range: DateRange.DateRange): string {
  return range === '30d' ? dayLabel(time) : `${dayLabel(time)}, ${time.slice(11, 16)}`
}
