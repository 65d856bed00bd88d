'use client'

import { useState } from 'react'
import type { PriceReplay } from '@/lib/payments'
import { Amount as Money } from '@/lib/money'
import { Amount } from '../amount'
import { AsTable, Bars, ChartTable, dayLabel, dollarHeight, dollarScale } from '../bars'

type Day = PriceReplay['days'][number]

const at = ({ day }: Day) => day
const was = 'var(--chart-5)'
const wouldBe = 'var(--chart-1)'

/** Actual and replayed revenue by day, as bars or as a table. */
export function ReplayChart({ days }: { days: readonly Day[] }) {
  const [asTable, setAsTable] = useState(false)
  return (
    <section aria-labelledby="replay-days" className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 id="replay-days" className="text-xs font-medium text-muted-foreground">
          By day, UTC
        </h3>
        <div className="flex flex-wrap items-center gap-3 text-xs text-muted-foreground">
          <Key color={was} label="charged" />
          <Key color={wouldBe} label="would have been" />
          <AsTable pressed={asTable} onChange={setAsTable} />
        </div>
      </div>
      {asTable ? (
        <ChartTable
          caption="Revenue by day, as it was and as it would have been"
          rows={days}
          at={at}
          headers={['Day (UTC)', 'Calls', 'Charged', 'Would have been']}
          cells={({ day, calls, thenMicros, nowMicros }) => [
            dayLabel(day),
            calls.toLocaleString('en'),
            <Amount key="was" base={thenMicros} />,
            <Amount key="would-be" base={nowMicros} />,
          ]}
        />
      ) : (
        <Bars
          className="h-48"
          rows={days}
          at={at}
          tick={dayLabel}
          scale={dollarScale}
          bars={[
            { color: was, value: (day) => dollarHeight(day.thenMicros) },
            { color: wouldBe, value: (day) => dollarHeight(day.nowMicros) },
          ]}
          bubble={({ day, thenMicros, nowMicros }) => (
            <>
              <p className="text-muted-foreground">{dayLabel(day)}</p>
              <p>{Money.formatDollars(thenMicros)} charged</p>
              <p className="font-medium">{Money.formatDollars(nowMicros)} would have been</p>
            </>
          )}
        />
      )}
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
