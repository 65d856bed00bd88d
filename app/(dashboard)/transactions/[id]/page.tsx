import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { requireSession } from '@/app/session'
import { EventList } from '@/components/audit/event-list'
import { AutoRefresh } from '@/components/auto-refresh'
import { Json } from '@/components/code-block'
import { PageHeader } from '@/components/page-header'
import { PaymentTable } from '@/components/payment/payment-table'
import { Status } from '@/components/status'
import { AttemptTable } from '@/components/transaction/attempt-table'
import { IntentFacts } from '@/components/transaction/intent-facts'
import { TransactionFacts } from '@/components/transaction/transaction-facts'
import { ButtonLink } from '@/components/ui/button-link'
import { Card, CardContent, CardHeader } from '@/components/ui/card'
import { listEventsOf } from '@/lib/audit'
import { getTransaction, TransactionView } from '@/lib/execution'
import { Filter } from '@/lib/paging'
import { listPaymentsOf } from '@/lib/payments'
import { findBatchOf } from '@/lib/settlement'

export const metadata: Metadata = { title: 'Transaction' }

export default async function TransactionPage({ params }: { params: Promise<{ id: string }> }) {
  const scope = await requireSession()
  const { id } = await params
  const transaction = Filter.isId(id) ? await getTransaction(scope, id) : undefined
  if (!transaction) notFound()
  const [events, payments, batch] = await Promise.all([
    listEventsOf(scope, { transactionId: id }),
    listPaymentsOf(scope, { transactionId: id }),
    findBatchOf(scope, id),
  ])
  return (
    <>
      {!TransactionView.isEnded(transaction.status) && (
        <AutoRefresh everyMs={transaction.blockNumber === null ? 2_000 : 10_000} />
      )}
      <PageHeader
        crumbs={[{ label: 'Transactions', href: '/transactions' }, { label: id.slice(0, 8) }]}
        title={<span className="capitalize">{transaction.purpose}</span>}
        meta={<Status kind="transaction" value={transaction.status} />}
        description={TransactionView.story(transaction)}
        actions={
          batch && (
            <ButtonLink href={`/settlements/${batch.id}`} variant="outline">
              Settlement batch
            </ButtonLink>
          )
        }
      />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Card>
          <CardHeader title="Lane and outcome" />
          <CardContent>
            <TransactionFacts transaction={transaction} />
          </CardContent>
        </Card>
        <div className="flex min-w-0 flex-col gap-4">
          <Card>
            <CardHeader title="Intent" description="What is to happen on chain." />
            <CardContent>
              <IntentFacts transaction={transaction} />
            </CardContent>
          </Card>
          <Card className="min-w-0">
            <CardHeader title="Simulation" description="Run against the chain before anything was signed." />
            <CardContent>
              {transaction.simulation ? (
                <Json value={transaction.simulation} label="Simulation" />
              ) : (
                <p className="text-muted-foreground">
                  {transaction.kind === 'raw' ? 'The payer signed it; it is only broadcast.' : 'Not simulated yet.'}
                </p>
              )}
            </CardContent>
          </Card>
        </div>
      </div>
      <Card className="mt-4 overflow-hidden">
        <CardHeader
          title="Attempts"
          description="Every signed broadcast. They share one nonce, so one of them is included at most."
        />
        <AttemptTable attempts={transaction.attemptList} included={transaction.hash} network={transaction.network} />
      </Card>
      {payments.length > 0 && (
        <section className="mt-6">
          <h2 className="mb-2 text-sm font-semibold">Payments that it moves</h2>
          <PaymentTable payments={payments} caption="Payments of this transaction" empty={null} />
        </section>
      )}
      <Card className="mt-4 overflow-hidden">
        <CardHeader title="Audit trail" />
        <div className="border-t">
          <EventList events={events} format="absolute" />
        </div>
      </Card>
    </>
  )
}
