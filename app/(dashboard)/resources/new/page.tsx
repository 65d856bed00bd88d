import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { NewResource } from '@/app/_lib/new-resource'
import { requireSession } from '@/app/_lib/session'
import { PageHeader } from '@/components/page-header'
import { MemberScope } from '@/lib/auth'
import { getMerchant } from '@/lib/merchants'
import { createResourceAction } from '../actions'

export const metadata: Metadata = { title: 'New resource' }

export default async function NewResourcePage() {
  const scope = await requireSession()
  if (!MemberScope.may(scope, scope.merchantId, 'sell')) notFound()
  const merchant = await getMerchant(scope, scope.merchantId)
  return (
    <>
      <PageHeader title="New resource" crumbs={[{ label: 'Resources', href: '/resources' }, { label: 'New' }]} />
      <NewResource scope={scope} merchant={merchant} cancelHref="/resources" save={createResourceAction} />
    </>
  )
}
