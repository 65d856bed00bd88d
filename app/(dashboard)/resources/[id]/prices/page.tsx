import { Pencil } from 'lucide-react'
import type { Metadata } from 'next'
import { orNotFound } from '@/app/_lib/or-not-found'
import { requireSession } from '@/app/_lib/session'
import { PageHeader } from '@/components/page-header'
import { ComparePicker } from '@/components/resource/compare-picker'
import { PriceBook } from '@/components/resource/price-book'
import { PriceDiff } from '@/components/resource/price-diff'
import { ReplayPanel } from '@/components/resource/replay-panel'
import { ButtonLink } from '@/components/ui/button-link'
import { MemberScope } from '@/lib/auth'
import { getResource } from '@/lib/merchants'
import { PricePlan } from '@/lib/pricing'
import { replayVersion, restorePriceAction } from '../../actions'
import { policyOf, toVersion } from '../../price-words'

export const metadata: Metadata = { title: 'Price book' }

type Props = { params: Promise<{ id: string }>; searchParams: Promise<{ from?: string; to?: string }> }

export default async function PriceBookPage({ params, searchParams }: Props) {
  const scope = await requireSession()
  const { id } = await params
  const resource = await orNotFound(getResource(scope, id))
  const { prices } = resource
  const asked = await searchParams
  const find = (revision: string | undefined) => prices.find((price) => String(price.revision) === revision)
  const after = find(asked.to) ?? prices[0]
  const before = find(asked.from) ?? prices.find(({ revision }) => after && revision < after.revision)
  const href = `/resources/${id}`
  const editable = MemberScope.may(scope, scope.merchantId, 'sell')
  return (
    <>
      <PageHeader
        title="Price book"
        crumbs={[{ label: 'Resources', href: '/resources' }, { label: resource.name, href }, { label: 'Price book' }]}
        description="All prices with their dates, authors and reasons, and the effect of another price on past sales."
        actions={
          editable && (
            <ButtonLink href={`${href}/edit`} variant="outline">
              <Pencil aria-hidden /> Edit
            </ButtonLink>
          )
        }
      />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <PriceBook
          versions={prices.map(toVersion)}
          chosen={after?.revision ?? 0}
          hrefOf={(revision) => `${href}/prices?to=${revision}`}
          {...(editable && { restore: restorePriceAction.bind(null, id, resource.revision) })}
        />
        <div className="flex min-w-0 flex-col gap-4">
          {before && after && (
            <>
              <ComparePicker
                revisions={prices.map(({ revision }) => revision)}
                from={before.revision}
                to={after.revision}
                href={`${href}/prices`}
              />
              <PriceDiff
                before={toVersion(before)}
                after={toVersion(after)}
                changes={PricePlan.compare(policyOf(before), policyOf(after))}
              />
            </>
          )}
          {after && (
            <ReplayPanel
              key={after.revision}
              what={`version ${after.revision}`}
              run={replayVersion.bind(null, id, after.revision)}
            />
          )}
        </div>
      </div>
    </>
  )
}
