import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { requireSession } from '@/app/_lib/session'
import { Address } from '@/components/address'
import { ExportMenu } from '@/components/list/export-menu'
import { ChoiceNav } from '@/components/list/choice-nav'
import { PageHeader } from '@/components/page-header'
import { Section } from '@/components/panel'
import { BalanceTable, type BalanceRow } from '@/components/report/balance-table'
import { CloseMonth } from '@/components/report/close-month'
import { FigureTable, type FigureRow } from '@/components/report/figure-table'
import { GasTable } from '@/components/report/gas-table'
import { MonthSeal } from '@/components/report/month-seal'
import { MonthDownloads } from '@/components/report/month-downloads'
import { MonthStatus } from '@/components/report/month-status'
import { OpenItems } from '@/components/report/open-items'
import { PrintButton } from '@/components/report/print-button'
import { MemberScope } from '@/lib/auth'
import { labelNetwork, labelToken } from '@/lib/chains'
import { Filter } from '@/lib/paging'
import {
  BookSettings,
  dimensions,
  Figures,
  findBalances,
  findClosedMonth,
  findFigures,
  findGas,
  findOpenItems,
  Journal,
  Month,
  type FigureDimension,
} from '@/lib/reports'
import { closeMonthAction } from '../actions'
import { shownFigures } from '../shown-figures'

type Props = { params: Promise<{ month: string }>; searchParams: Promise<{ by?: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { month } = await params
  return { title: Month.schema.safeParse(month).success ? `${Month.name(month)} · Reports` : 'Reports' }
}

const labels: Record<FigureDimension, string> = { token: 'Token', resource: 'Resource', payer: 'Payer' }

export default async function MonthPage({ params, searchParams }: Props) {
  const scope = await requireSession()
  const { merchantId } = scope
  const [{ month }, query] = await Promise.all([params, searchParams])
  if (!Month.schema.safeParse(month).success) notFound()
  const by = dimensions.find((one) => one === query.by) ?? 'token'
  const [closed, balances, gas] = await Promise.all([
    findClosedMonth(merchantId, month),
    findBalances(merchantId, month),
    findGas(merchantId, month),
  ])
  const [rows, items] = await Promise.all([
    readFigures(merchantId, month, by, balances),
    closed ? [] : findOpenItems(merchantId, month),
  ])
  const isRunning = month >= Month.of(new Date())
  return (
    <>
      <PageHeader
        crumbs={[{ href: '/reports', label: 'Reports' }]}
        title={Month.name(month)}
        meta={<MonthStatus closed={closed ?? null} isRunning={isRunning} />}
        description={`${isRunning ? 'You can close this month when it is over. ' : ''}Each figure opens the ledger entries that it sums. Times are UTC.`}
        actions={
          <>
            <PrintButton />
            <MonthDownloads month={month} isClosed={closed !== undefined} />
            {!closed && items.length === 0 && MemberScope.may(scope, merchantId, 'books') && (
              <CloseMonth month={month} name={Month.name(month)} act={closeMonthAction} />
            )}
          </>
        }
      />
      {closed && <MonthSeal month={month} closed={closed} />}
      {items.length > 0 && !isRunning && <OpenItems items={items} />}
      <Section
        title="Figures"
        actions={
          <span className="flex flex-wrap items-center justify-end gap-2">
            <ExportMenu noun="figures" href={Filter.href(`/reports/${month}/figures`, { by }, {})} />
            <ChoiceNav
              label="Figures by"
              choices={dimensions.map((one) => ({
                href: Filter.href(`/reports/${month}`, {}, { by: one === 'token' ? undefined : one }),
                label: labels[one],
                isCurrent: one === by,
              }))}
            />
          </span>
        }
      >
        <FigureTable
          rows={rows}
          {...(by !== 'token' && { subject: labels[by] })}
          empty={<p className="px-4 py-6 text-center text-muted-foreground">No sales in this month.</p>}
        />
      </Section>
      <GasTable month={month} rows={gas} label={labelNetwork} />
      <Section
        id="accounts"
        title="Accounts"
        description="Opening plus debit minus credit is closing. Debts and revenue are below zero."
        className="mt-8"
      >
        <BalanceTable rows={balances.map((balance) => toBalanceRow(month, balance))} />
      </Section>
    </>
  )
}

async function readFigures(
  merchantId: string,
  month: Month.Month,
  by: FigureDimension,
  balances: readonly Journal.AccountBalance[],
): Promise<FigureRow[]> {
  const journal = `/reports/${month}/journal`
  const to = (row: Figures.MonthFigures, more: Record<string, string> = {}) =>
    Filter.href(journal, { network: row.network, token: row.asset, ...more }, {})
  if (by === 'token')
    return Figures.from(balances).map((row) => ({
      ...shownFigures(row),
      key: `${row.network}|${row.asset}`,
      journalHref: to(row),
    }))
  const rows = await findFigures(merchantId, month, by)
  return rows.map((row) => ({
    ...shownFigures(row),
    key: `${row.network}|${row.asset}|${row.payer ?? row.resource?.id ?? ''}`,
    subject: subjectOf(row),
    journalHref: to(row, {
      ...(row.payer !== null && { payer: row.payer }),
      ...(row.resource !== null && { resource: row.resource.id }),
    }),
  }))
}

function subjectOf({ payer, payerName, resource }: Awaited<ReturnType<typeof findFigures>>[number]) {
  if (resource) return `${resource.method} ${resource.path}`
  if (payer === null) return 'None'
  return (
    <span className="flex flex-col items-start">
      {payerName}
      <Address value={payer} label="payer address" />
    </span>
  )
}

function toBalanceRow(month: Month.Month, balance: Journal.AccountBalance): BalanceRow {
  const { account, network, asset } = balance
  const name = Journal.classOf(account) as BookSettings.AccountClass
  return {
    ...balance,
    className: BookSettings.classes[name] ?? BookSettings.classes.other,
    address: Journal.addressOf(account),
    networkName: labelNetwork(network).name,
    token: labelToken(network, asset),
    closingBase: Journal.closingOf(balance),
    journalHref: Filter.href(`/reports/${month}/journal`, { account: name, network, token: asset }, {}),
  }
}
