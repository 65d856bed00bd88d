import type { Metadata } from 'next'
import { requireSession } from '@/app/_lib/session'
import { OverviewView } from '@/components/overview/overview'
import { DateRange } from '@/lib/payments'
import { makeTestPaymentAction } from './actions'
import { readOverview } from './read-overview'

export const metadata: Metadata = { title: 'Overview' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function OverviewPage({ searchParams }: Props) {
  const scope = await requireSession()
  const { range } = await searchParams
  const overview = await readOverview(scope, DateRange.parse(typeof range === 'string' ? range : undefined))
  return <OverviewView initial={overview} pay={makeTestPaymentAction} />
}
