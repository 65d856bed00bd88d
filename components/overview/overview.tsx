'use client'

import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { PaymentView, DateRange, EarningsSummary } from '@/lib/payments'
import { PageHeader } from '../page-header'
import { areAllDone, Checklist, type FirstSteps } from './checklist'
import { Figures } from './figures'
import { Problems, type OverviewProblem } from './problems'
import { RangePicker } from './range-picker'
import { RecentPayments } from './recent-payments'
import { RevenueChart } from './revenue-chart'
import { TestPayment, type PayAction } from './test-payment'

export type Overview = {
  range: DateRange.DateRange
  summary: EarningsSummary
  problems: OverviewProblem[]
  firstSteps: FirstSteps
  recent: PaymentView.PaymentLine[]
  /** Whether test payments are possible. */
  demo: boolean
}

type Props = { initial: Overview; pay: PayAction }

const everyMs = 3_000

/** The overview, refreshed every few seconds while the tab is visible. */
export function OverviewView(props: Props) {
  const [client] = useState(() => new QueryClient())
  return (
    <QueryClientProvider client={client}>
      <Live {...props} />
    </QueryClientProvider>
  )
}

function Live({ initial, pay }: Props) {
  const { range } = initial
  const query = useQuery({
    queryKey: ['overview', range],
    queryFn: () => read(range),
    initialData: initial,
    staleTime: everyMs,
    refetchInterval: everyMs,
    retry: false,
  })
  const { summary, problems, firstSteps, recent, demo } = query.data
  // A checklist that was open stays until the page is loaded again, so that the last tick is seen.
  const [begun] = useState(areAllDone(initial.firstSteps))
  return (
    <>
      <PageHeader title="Overview" actions={<RangePicker range={range} />} />
      <div className="flex flex-col gap-4">
        {query.isError && (
          <p role="status" className="rounded-md border bg-warning-soft px-3 py-2 text-warning">
            The server cannot be reached: these figures are out of date. Trying again.
          </p>
        )}
        <Problems problems={problems} />
        {!begun && <Checklist done={firstSteps} />}
        {demo && <TestPayment pay={pay} onPaid={() => void query.refetch()} />}
        <Figures summary={summary} range={range} />
        <RevenueChart summary={summary} range={range} />
        <RecentPayments payments={recent} />
      </div>
    </>
  )
}

async function read(range: DateRange.DateRange): Promise<Overview> {
  const answer = await fetch(`/api/overview?range=${range}`)
  if (answer.status === 401) window.location.assign('/sign-in')
  if (!answer.ok) throw new Error(`The server answered ${answer.status}`)
  return (await answer.json()) as Overview
}
