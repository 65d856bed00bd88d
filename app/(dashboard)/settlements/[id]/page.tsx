import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { requireSession } from '@/app/_lib/session'
import { Amount } from '@/components/amount'
import { AuditTrail } from '@/components/audit/audit-trail'
import { AutoRefresh } from '@/components/auto-refresh'
import { SettlementTable } from '@/components/channel/settlement-table'
import { PageHeader } from '@/components/page-header'
import { PaymentTable } from '@/components/payment/payment-table'
import { BatchFacts } from '@/components/settlement/batch-facts'
import { Status } from '@/components/status'
import { AttemptTable } from '@/components/transaction/attempt-table'
import { TransactionFacts } from '@/components/transaction/transaction-facts'
import { ButtonLink } from '@/components/ui/button-link'
import { Card, CardHeader } from '@/components/ui/card'
import { Panel, Section } from '@/components/panel'
import { listEventsOf } from '@/lib/audit'
import { listSettlements, type ChannelView } from '@/lib/channels'
import { getTransaction } from '@/lib/execution'
import { Filter } from '@/lib/paging'
import { listPaymentsOf, type PaymentView } from '@/lib/payments'
import { getBatch, type BatchView } from '@/lib/settlement'

export const metadata: Metadata = { title: 'Settlement batch' }

const stories = {
  submitted: 'Queued for execution. The outcome of its payments is not known yet and is tracked.',
  applied: 'The outcome of every payment in it is booked, each read from its own transfer on chain.',
  failed: 'Its transaction moved nothing. Each of its payments was voided or moved to another batch.',
}

const channelStories = {
  submitted: 'Queued for execution. The outcome of its channels is not known yet and is tracked.',
  applied: 'The outcome of every channel in it is booked, each read from its own event on chain.',
  failed: 'Its transaction moved nothing. Each of its channels can join another batch.',
}

export default async function BatchPage({ params }: { params: Promise<{ id: string }> }) {
  const scope = await requireSession()
  const { id } = await params
  const batch = Filter.isId(id) ? await getBatch(scope, id) : undefined
  if (!batch) notFound()
  const ofChannels = batch.form === 'channels'
  const [payments, channels, events, transaction] = await Promise.all([
    ofChannels ? [] : listPaymentsOf(scope, { batchId: id }),
    ofChannels ? listSettlements(scope, { batchId: id }) : [],
    listEventsOf(scope, { batchId: id }),
    batch.transactionId ? getTransaction(scope, batch.transactionId) : undefined,
  ])
  return (
    <>
      {batch.status === 'submitted' && <AutoRefresh />}
      <PageHeader
        crumbs={[{ label: 'Settlements', href: '/settlements' }, { label: id.slice(0, 8) }]}
        title={<Amount base={batch.amountBase} decimals={batch.token.decimals} symbol={batch.token.symbol} />}
        meta={<Status kind="batch" value={batch.status} />}
        description={(ofChannels ? channelStories : stories)[batch.status]}
      />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Panel title="Batch">
          <BatchFacts batch={batch} />
        </Panel>
        {transaction && (
          <Panel
            title="Transaction"
            actions={
              <ButtonLink href={`/transactions/${transaction.id}`} variant="outline" size="sm">
                Show
              </ButtonLink>
            }
          >
            <TransactionFacts transaction={transaction} />
          </Panel>
        )}
      </div>
      {transaction && (
        <Card className="mt-4 overflow-hidden">
          <CardHeader title="Attempts" />
          <AttemptTable attempts={transaction.attemptList} included={transaction.hash} network={transaction.network} />
        </Card>
      )}
      {ofChannels ? <Channels batch={batch} channels={channels} /> : <Payments batch={batch} payments={payments} />}
      <AuditTrail events={events} />
    </>
  )
}

type Props = { batch: BatchView.BatchListRow; payments: readonly PaymentView.PaymentListRow[] }

function Payments({ batch, payments }: Props) {
  return (
    <Section title="Payments" className="mt-6">
      <PaymentTable
        payments={payments}
        caption="Payments of this batch"
        empty={<p className="p-4 text-muted-foreground">Its payments moved to other batches.</p>}
      />
      {batch.size > payments.length && payments.length > 0 && (
        <p className="mt-2 text-xs text-muted-foreground">
          {payments.length} of {batch.size}: the others moved to another batch.
        </p>
      )}
    </Section>
  )
}

type ChannelsProps = { batch: BatchView.BatchListRow; channels: readonly ChannelView.ChannelSettlementView[] }

function Channels({ batch, channels }: ChannelsProps) {
  return (
    <Section title="Channels" className="mt-6">
      <SettlementTable
        settlements={channels}
        of="batch"
        empty={<p className="p-4 text-muted-foreground">Its channels moved to other batches.</p>}
      />
      {batch.size > channels.length && channels.length > 0 && (
        <p className="mt-2 text-xs text-muted-foreground">
          {channels.length} of {batch.size.toLocaleString('en')} are shown.
        </p>
      )}
    </Section>
  )
}
