import { Webhook } from 'lucide-react'
import type { Metadata } from 'next'
import { requireSession } from '@/app/_lib/session'
import { Empty } from '@/components/empty'
import { PageHeader } from '@/components/page-header'
import { ButtonLink } from '@/components/ui/button-link'
import { Card, CardContent, CardHeader } from '@/components/ui/card'
import { CallbackSecret } from '@/components/webhook/callback-secret'
import { EndpointDialog } from '@/components/webhook/endpoint-dialog'
import { EndpointTable } from '@/components/webhook/endpoint-table'
import { Scope } from '@/lib/auth'
import { listEndpoints } from '@/lib/webhooks'
import { createEndpointAction, revealCallbackSecretAction } from './actions'

export const metadata: Metadata = { title: 'Webhooks' }

export default async function WebhooksPage() {
  const scope = await requireSession()
  const endpoints = await listEndpoints(scope)
  const editable = Scope.mayEdit(scope, scope.merchantId)
  return (
    <>
      <PageHeader
        title="Webhooks"
        description="Your systems are told what happens: signed, in order for each transaction, and again until they have it."
        // Always here: it shows the first secret while the list below it stops being empty.
        actions={editable && <EndpointDialog save={createEndpointAction} />}
      />
      <EndpointTable
        endpoints={endpoints}
        empty={
          <Empty icon={Webhook} title="No endpoints yet">
            Add the address of a server of yours, and it gets a POST for every change of a transaction or a payment.
          </Empty>
        }
      />
      <Card className="mt-6">
        <CardHeader
          title="Callback URLs"
          description="A transaction that a program asks for can name an address of its own. Those callbacks are signed with one secret."
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
