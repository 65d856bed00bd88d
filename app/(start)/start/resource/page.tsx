import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { NewResource } from '@/app/_lib/new-resource'
import { requireSession } from '@/app/_lib/session'
import { StartSteps } from '@/components/start/steps'
import { MemberScope } from '@/lib/auth'
import { getMerchant } from '@/lib/merchants'
import { createFirstResourceAction } from '../actions'

export const metadata: Metadata = { title: 'API and price' }

/** The first resource of a new shop. */
export default async function FirstResourcePage() {
  const scope = await requireSession()
  if (!MemberScope.may(scope, scope.merchantId, 'sell')) notFound()
  const merchant = await getMerchant(scope, scope.merchantId)
  return (
    <>
      <StartSteps current={1} />
      <h1 className="mb-5 text-xl font-semibold tracking-tight">What does {merchant.name} sell?</h1>
      <NewResource scope={scope} merchant={merchant} cancelHref="/" save={createFirstResourceAction} />
    </>
  )
}
