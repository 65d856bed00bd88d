import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getAddress } from 'viem'
import { orNotFound } from '@/app/or-not-found'
import { requireSession } from '@/app/session'
import { PageHeader } from '@/components/page-header'
import { stateOf } from '@/components/resource/form-state'
import { ResourceForm } from '@/components/resource/resource-form'
import { Draft, gatewayUrl, getResource } from '@/lib/merchants'
import { Amount } from '@/lib/money'
import { previewChallenge, updateResourceAction } from '../../actions'
import { networkChoices } from '../../network-choices'

export const metadata: Metadata = { title: 'Edit resource' }

export default async function EditResourcePage({ params }: { params: Promise<{ id: string }> }) {
  const scope = await requireSession()
  if (scope.role !== 'owner') notFound()
  const { id } = await params
  const resource = await orNotFound(getResource(scope, id))
  const href = `/resources/${id}`
  return (
    <>
      <PageHeader
        title="Edit resource"
        crumbs={[{ label: 'Resources', href: '/resources' }, { label: resource.name, href }, { label: 'Edit' }]}
      />
      <ResourceForm
        initial={stateOf(resource, Amount.toDecimal(resource.priceMicros, 6))}
        networks={networkChoices()}
        wallet={getAddress(scope.address)}
        gatewayUrl={gatewayUrl(resource.merchantSlug)}
        methods={Draft.methods}
        submitLabel="Save changes"
        cancelHref={href}
        preview={previewChallenge.bind(null, resource.merchantId)}
        save={updateResourceAction.bind(null, id, resource.revision)}
      />
    </>
  )
}
