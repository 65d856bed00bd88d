import { BookOpen } from 'lucide-react'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { networkField, resourceField } from '@/app/_lib/filter-fields'
import { FilteredList } from '@/app/_lib/filtered-list'
import { requireSession } from '@/app/_lib/session'
import type { FilterField } from '@/components/list/filter-field'
import { PageHeader } from '@/components/page-header'
import { EntryTable, type EntryRow } from '@/components/report/entry-table'
import { labelToken } from '@/lib/chains'
import { listResourceNames } from '@/lib/merchants'
import { Filter } from '@/lib/paging'
import { BookSettings, Journal, JournalFilter, listEntries, Month } from '@/lib/reports'

type Props = { params: Promise<{ month: string }>; searchParams: Promise<Filter.FilterParams> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { month } = await params
  return { title: Month.schema.safeParse(month).success ? `Journal of ${Month.name(month)}` : 'Journal' }
}

export default async function JournalPage({ params, searchParams }: Props) {
  const { merchantId } = await requireSession()
  const { month } = await params
  if (!Month.schema.safeParse(month).success) notFound()
  const path = `/reports/${month}/journal`
  const { values, ask, query, ignored } = Filter.read(JournalFilter.shape, await searchParams)
  const [page, resources] = await Promise.all([
    listEntries(merchantId, month, values, ask),
    listResourceNames({ operator: false, merchantId }),
  ])
  return (
    <>
      <PageHeader
        crumbs={[
          { href: '/reports', label: 'Reports' },
          { href: `/reports/${month}`, label: Month.name(month) },
        ]}
        title="Journal"
        description="Every entry that moved something between two accounts, newest first. Times are UTC."
      />
      <FilteredList
        list={{ path, query, ignored, page }}
        fields={fields(resources)}
        noun="entries"
        exportPath={`/reports/${month}/export`}
        icon={BookOpen}
        none={{ title: 'No entries', text: 'Nothing was booked in this month.' }}
      >
        {(empty) => <EntryTable entries={page.rows.map(toEntryRow)} empty={empty} />}
      </FilteredList>
    </>
  )
}

function toEntryRow(entry: Journal.JournalEntry): EntryRow {
  const { paymentId, channelId, corrects } = entry
  return {
    id: entry.id.toString(),
    at: entry.at.toISOString(),
    text: Journal.reasons[entry.reason] ?? entry.reason,
    debit: accountName(entry.debit),
    credit: accountName(entry.credit),
    amountBase: entry.amountBase,
    token: labelToken(entry.network, entry.asset),
    subjectHref: paymentId ? `/payments/${paymentId}` : channelId ? `/channels/${channelId}` : null,
    corrects,
  }
}

function accountName(account: string): string {
  const address = Journal.addressOf(account)
  const name = Journal.classOf(account).replaceAll('_', ' ')
  return address === null ? name : `${name} ${address.slice(0, 6)}…${address.slice(-4)}`
}

function fields(resources: readonly { id: string; label: string }[]): FilterField[] {
  return [
    {
      kind: 'single',
      name: 'account',
      label: 'Account',
      options: Object.entries(BookSettings.classes).map(([value, label]) => ({ value, label })),
    },
    {
      kind: 'single',
      name: 'side',
      label: 'Side',
      options: [
        { value: 'debit', label: 'Debit' },
        { value: 'credit', label: 'Credit' },
      ],
    },
    networkField(),
    { kind: 'text', name: 'token', label: 'Token', placeholder: '0x…', hint: 'The address of the token.' },
    resourceField(resources),
    { kind: 'text', name: 'payer', label: 'Payer', placeholder: '0x…', hint: 'A whole address.' },
    { kind: 'single', name: 'corrects', label: 'Corrections', options: [{ value: 'yes', label: 'Of closed months' }] },
  ]
}
