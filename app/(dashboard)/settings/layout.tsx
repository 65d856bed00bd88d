import type { ReactNode } from 'react'
import { PageHeader } from '@/components/page-header'
import { SettingsNav } from '@/components/settings/settings-nav'

export default function SettingsLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <PageHeader title="Settings" />
      <SettingsNav />
      <div className="flex flex-col gap-5">{children}</div>
    </>
  )
}
