import type { Metadata } from 'next'
import { requireSession } from '@/app/_lib/session'
import { PageHeader } from '@/components/page-header'
import { BookSettingsForm } from '@/components/report/settings-form'
import { BookSettings, findBookSettings } from '@/lib/reports'
import { updateBookSettingsAction } from '../actions'

export const metadata: Metadata = { title: 'Account numbers · Reports' }

export default async function BookSettingsPage() {
  const { merchantId } = await requireSession()
  const classes = Object.entries(BookSettings.classes).map(([name, label]) => ({
    name: name as BookSettings.AccountClass,
    label,
  }))
  return (
    <>
      <PageHeader
        crumbs={[{ href: '/reports', label: 'Reports' }]}
        title="Account numbers"
        description="The accounts of your bookkeeping that stand for those of the ledger in the files for DATEV, Xero and QuickBooks. The defaults are only where to start: ask your accountant. Closed months keep theirs."
      />
      <BookSettingsForm
        initial={await findBookSettings(merchantId)}
        classes={classes}
        save={updateBookSettingsAction}
      />
    </>
  )
}
