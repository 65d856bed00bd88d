import { Webhook } from 'lucide-react'
import type { Metadata } from 'next'
import { requireSession } from '@/app/_lib/session'
import { ArchivedLink } from '@/components/archived-link'
import { Empty } from '@/components/empty'
import { PageHeader } from '@/components/page-header'
import { ButtonLink } from '@/components/ui/button-link'
import { Card, CardContent, CardHeader } from '@/components/ui/card'
import { CallbackSecret } from '@/components/webhook/callback-secret'
import { EndpointDialog } from '@/components/webhook/endpoint-dialog'
import { EndpointTable } from '@/components/webhook/endpoint-table'
import { MemberScope } from '@/lib/auth'
import { listEndpoints } from '@/lib/webhooks'
import { createEndpointAction, revealCallbackSecretAction } from './actions'

export const metadata: Metadata = { title: 'Webhooks' }

type Props = { searchParams: Promise<{ archived?: string | string[] }> }

export default async function WebhooksPage({ searchParams }: Props) {
  const scope = await requireSession()
  const isArchived = (await searchParams).archived === '1'
  const endpoints = await listEndpoints(scope, isArchived)
  const editable = MemberScope.may(scope, scope.merchantId, 'integrate')
  return (
    <>
      <PageHeader
        title="Webhooks"
        description="Signed events to your systems, in order for each transaction, repeated until received."
        // Always rendered: it shows the first secret while the list below stops being empty.
        actions={editable && <EndpointDialog save={createEndpointAction} />}
      />
      <EndpointTable
        endpoints={endpoints}
        empty={
          <Empty icon={Webhook} title={isArchived ? 'Nothing is archived' : 'No endpoints yet'}>
            {isArchived
              ? 'Endpoints that you archive are listed here.'
              : 'Add a URL of your server. It gets a POST for each change of a transaction or a payment.'}
          </Empty>
        }
      />
      <ArchivedLink path="/webhooks" isArchived={isArchived} />
      <Card className="mt-6">
        <CardHeader
          title="Callback URLs"
          description="A transaction request can name a callback URL. All callbacks are signed with one secret."
          actions={
            <ButtonLink href="/webhooks/callbacks" variant="outline" size="sm">
              Deliveries
            </ButtonLink>
          }
        />
        {editable && (
          <CardContent>
            <CallbackSecret reveal={revealCallbackSecretAction} />
          </CardContent>
        )}
      </Card>
    </>
  )
}
