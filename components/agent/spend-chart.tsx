'use client'

import { useState } from 'react'
import { Amount as Money } from '@/lib/money'
import type { SpendView } from '@/lib/payers'
import { Amount } from '../amount'
import { AsTable, Bars, ChartTable, dayLabel, dollarHeight, dollarScale } from '../bars'
import { Card, CardContent, CardHeader } from '../ui/card'

type Day = SpendView.WalletSpend['days'][number]
type Props = { days: readonly Day[]; /** Tokens were spent that stand for no dollars here. */ hasOthers: boolean }

const at = (day: Day) => day.at

/** Spending by day, as bars or as a table. */
export function SpendChart({ days, hasOthers }: Props) {
  const [asTable, setAsTable] = useState(false)
  const isEmpty = days.every(({ calls }) => calls === 0)
  return (
    <Card aria-labelledby="spend-title">
      <CardHeader
        id="spend-title"
        title="Spent by day"
        description={`The last ${days.length} days, UTC${hasOthers ? '; dollars only, without unknown tokens' : ''}`}
        actions={!isEmpty && <AsTable pressed={asTable} onChange={setAsTable} />}
      />
      {isEmpty ? (
        <CardContent>
          <p className="py-8 text-center text-muted-foreground">Nothing was spent in this period.</p>
        </CardContent>
      ) : asTable ? (
        <ChartTable
          caption="Spent by day"
          rows={days}
          at={at}
          headers={['Day (UTC)', 'Paid calls', 'Spent']}
          cells={(day) => [dayLabel(day.at), day.calls || '–', day.calls ? <Amount base={day.spentMicros} /> : '–']}
        />
      ) : (
        <CardContent>
          <Bars
            className="h-44"
            rows={days}
            at={at}
            tick={dayLabel}
            scale={dollarScale}
            bars={[{ color: 'var(--chart-1)', value: (day) => dollarHeight(day.spentMicros) }]}
            bubble={(day) => (
              <>
                <p className="text-muted-foreground">{dayLabel(day.at)}</p>
                <p className="font-medium">{Money.formatDollars(BigInt(day.spentMicros))}</p>
                <p>{day.calls === 1 ? '1 paid call' : `${day.calls.toLocaleString('en')} paid calls`}</p>
              </>
            )}
          />
        </CardContent>
      )}
    </Card>
  )
}
