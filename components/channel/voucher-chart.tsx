'use client'

import { useState } from 'react'
import type { VoucherMinute } from '@/lib/channels'
import { AsTable, Bars, ChartTable } from '../bars'
import { Card, CardContent, CardHeader } from '../ui/card'

const at = (minute: VoucherMinute) => minute.at

/** Vouchers by the minute, as bars or as a table. */
export function VoucherChart({ minutes }: { minutes: readonly VoucherMinute[] }) {
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
        actions={total > 0 && <AsTable pressed={asTable} onChange={setAsTable} />}
      />
      {total > 0 &&
        (asTable ? (
          <ChartTable
            className="max-h-56"
            caption="Vouchers a minute"
            rows={minutes}
            at={at}
            headers={['Minute (UTC)', 'Vouchers']}
            cells={(minute) => [time(minute.at), minute.vouchers || '–']}
          />
        ) : (
          <CardContent>
            <Bars
              className="h-36"
              rows={minutes}
              at={at}
              tick={time}
              bars={[{ color: 'var(--chart-1)', value: ({ vouchers }) => vouchers }]}
              bubble={({ at: minute, vouchers }) => (
                <>
                  <p className="text-muted-foreground">{time(minute)} UTC</p>
                  <p className="font-medium">
                    {vouchers.toLocaleString('en')} {vouchers === 1 ? 'voucher' : 'vouchers'}
                  </p>
                </>
              )}
            />
          </CardContent>
        ))}
    </Card>
  )
}

function time(minute: string): string {
  return minute.slice(11, 16)
}
