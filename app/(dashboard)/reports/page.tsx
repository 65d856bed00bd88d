import { FileSpreadsheet } from 'lucide-react'
import type { Metadata } from 'next'
import { requireSession } from '@/app/_lib/session'
import { Empty } from '@/components/empty'
import { PageHeader } from '@/components/page-header'
import { MonthTable } from '@/components/report/month-table'
import { ButtonLink } from '@/components/ui/button-link'
import { listMonths, Month } from '@/lib/reports'
import { shownFigures } from './shown-figures'

export const metadata: Metadata = { title: 'Reports' }

export default async function ReportsPage() {
  const { merchantId } = await requireSession()
  const months = await listMonths(merchantId)
  const running = Month.of(new Date())
  return (
    <>
      <PageHeader
        title="Reports"
        description="Each month by network, token, resource and payer, from the ledger. A closed month never changes."
        actions={
          <ButtonLink href="/reports/settings" variant="outline">
            Account numbers
          </ButtonLink>
        }
      />
      <MonthTable
        months={months.map((line) => ({
          ...line,
          name: Month.name(line.month),
          isRunning: line.month >= running,
          figures: line.figures.map(shownFigures),
        }))}
        empty={
          <Empty icon={FileSpreadsheet} title="No months yet">
            The first sale opens the first month.
          </Empty>
        }
      />
    </>
  )
}
