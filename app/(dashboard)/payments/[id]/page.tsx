import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { requireSession } from '@/app/_lib/session'
import { Amount } from '@/components/amount'
import { AuditTrail } from '@/components/audit/audit-trail'
import { AutoRefresh } from '@/components/auto-refresh'
import { CodeBlock, Json } from '@/components/code-block'
import { CopyButton } from '@/components/copy-button'
import { PageHeader } from '@/components/page-header'
import { LedgerTable } from '@/components/payment/ledger-table'
import { PaymentFacts } from '@/components/payment/payment-facts'
import { RefundFacts } from '@/components/payment/refund-facts'
import { Wire } from '@/components/payment/wire'
import { Status } from '@/components/status'
import { StepList } from '@/components/step-list'
import { AttemptTable } from '@/components/transaction/attempt-table'
import { TransactionFacts } from '@/components/transaction/transaction-facts'
import { ButtonLink } from '@/components/ui/button-link'
import { Card, CardHeader, CardContent } from '@/components/ui/card'
import { Panel } from '@/components/panel'
import { listEventsOf } from '@/lib/audit'
import type { Reader } from '@/lib/ctx'
import { getTransaction, type TransactionView } from '@/lib/execution'
import { findProgress } from '@/lib/intents'
import { listTransfers } from '@/lib/ledger'
import { Filter } from '@/lib/paging'
import { getPayment, PaymentTimeline, type PaymentView } from '@/lib/payments'
import { getBatch } from '@/lib/settlement'

type Props = { params: Promise<{ id: string }> }

export const metadata: Metadata = { title: 'Payment' }

export default async function PaymentPage({ params }: Props) {
  const scope = await requireSession()
  const { id } = await params
  const payment = Filter.isId(id) ? await getPayment(scope, id) : undefined
  if (!payment) notFound()
  const [transfers, events, transaction, deployment, transactionEvents, batch, actions] = await Promise.all([
    listTransfers(payment.id),
    listEventsOf(scope, { paymentId: payment.id }),
    payment.transactionId ? getTransaction(scope, payment.transactionId) : undefined,
    payment.deploymentId ? getTransaction(scope, payment.deploymentId) : undefined,
    payment.transactionId ? listEventsOf(scope, { transactionId: payment.transactionId }) : [],
    payment.batchId ? getBatch(scope, payment.batchId) : undefined,
    findActions(scope, payment.id),
  ])
  const all = [...events, ...transactionEvents.filter((event) => event.paymentId === null)]
  const facts = { payment, transaction: transaction ?? null, batch: batch ?? null, events: all, actions }
  const steps = PaymentTimeline.from(facts)
  const story = PaymentTimeline.story(facts)
  return (
    <>
      {/* The final block may take a quarter of an hour. */}
      {steps.some((step) => step.state === 'waiting') && (
        <AutoRefresh everyMs={payment.status === 'authorized' ? 2_000 : 10_000} />
      )}
      <PageHeader
        crumbs={[{ label: 'Payments', href: '/payments' }, { label: payment.id.slice(0, 8) }]}
        title={<Amount base={payment.amountBase} decimals={payment.token.decimals} symbol={payment.token.symbol} />}
        meta={
          <>
            <Status kind="payment" value={payment.status} />
            <Status kind="settlement" value={payment.settlement} />
            <Wire wire={payment.wire} />
          </>
        }
        actions={<CopyButton value={payment.curl} label="the request as a curl command" text="Copy as curl" />}
      />
      <p className="mb-5 max-w-3xl text-base" role="status">
        {story.now} <span className="text-muted-foreground">{story.next}</span>
      </p>
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <Panel title="Timeline" description="From the challenge to the final block. Times in UTC.">
          <StepList steps={steps} />
        </Panel>
        <Panel title="Facts">
          <PaymentFacts payment={payment} linked={deployment !== undefined} />
        </Panel>
      </div>
      {actions.length > 0 && <Actions actions={actions} />}
      {payment.refund && (
        <Panel
          id="refund"
          title="Refund"
          description="The money moved and no answer was delivered, so it is refunded."
          className="mt-4"
        >
          <RefundFacts refund={payment.refund} linked={payment.refund.transactionId !== null} />
        </Panel>
      )}
      <Headers payment={payment} />
      {transaction && <SettlementCard transaction={transaction} batch={batch} />}
      <Card className="mt-4 overflow-hidden">
        <CardHeader title="Ledger" description="Double entries. A pending entry moves nothing until it is posted." />
        <LedgerTable transfers={transfers} token={payment.token} />
      </Card>
      <AuditTrail events={events} description="Every change to this payment." />
    </>
  )
}

/** The transactions that the payment bought, in order. */
async function findActions(reader: Reader, paymentId: string): Promise<TransactionView.TransactionDetail[]> {
  const bought = await findProgress({ paymentId })
  const found = await Promise.all((bought?.transactions ?? []).map(({ id }) => getTransaction(reader, id)))
  return found.filter((transaction) => transaction !== undefined)
}

function Actions({ actions }: { actions: readonly TransactionView.TransactionDetail[] }) {
  return (
    <Card className="mt-4">
      <CardHeader title="What it bought" description="Executed on chain under the policy of the resource." />
      <ul className="divide-y border-t">
        {actions.map((action) => (
          <li key={action.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
            <Status kind="transaction" value={action.status} />
            <span className="font-mono text-xs break-all">{action.hash ?? action.id}</span>
            {action.error && <span className="text-xs text-destructive">{action.error}</span>}
            <ButtonLink href={`/transactions/${action.id}`} variant="outline" size="sm" className="ml-auto">
              Transaction
            </ButtonLink>
          </li>
        ))}
      </ul>
    </Card>
  )
}

type SettlementProps = { transaction: TransactionView.TransactionDetail; batch: Awaited<ReturnType<typeof getBatch>> }

function SettlementCard({ transaction, batch }: SettlementProps) {
  return (
    <Card className="mt-4 overflow-hidden">
      <CardHeader
        title="Settlement transaction"
        description={batch && batch.size > 1 ? `Carries ${batch.size} payments.` : 'Carries this payment alone.'}
        actions={
          <>
            {batch && (
              <ButtonLink href={`/settlements/${batch.id}`} variant="outline" size="sm">
                Batch
              </ButtonLink>
            )}
            <ButtonLink href={`/transactions/${transaction.id}`} variant="outline" size="sm">
              Transaction
            </ButtonLink>
          </>
        }
      />
      <CardContent className="lg:columns-2 lg:gap-10">
        <TransactionFacts transaction={transaction} />
      </CardContent>
      <AttemptTable attempts={transaction.attemptList} included={transaction.hash} network={transaction.network} />
    </Card>
  )
}

function Headers({ payment }: { payment: PaymentView.PaymentDetail }) {
  return (
    <>
      <div className="mt-4 grid items-start gap-4 lg:grid-cols-2">
        <Panel title="Challenge" description="The accepted offer, decoded." className="min-w-0">
          <Json value={payment.challenge} label="Challenge" />
        </Panel>
        <Panel
          title="Credential"
          description="The agent’s credential, decoded. Signatures are shortened."
          className="min-w-0"
        >
          <Json value={payment.credential} label="Credential" />
        </Panel>
      </div>
      <div className="mt-4 grid items-start gap-4 lg:grid-cols-2">
        <Panel
          title="Request"
          description="Without its payment: a payment cannot be sent twice. The request gets a new 402."
          className="min-w-0"
        >
          <CodeBlock code={payment.curl} label="Request as a curl command" wrap />
        </Panel>
        <Panel
          title="Receipt"
          description="The receipt headers of the paid answer."
          className="min-w-0"
          contentClassName="flex flex-col gap-3"
        >
          {payment.receipt.length === 0 && <p className="text-muted-foreground">No receipt was sent.</p>}
          {payment.receipt.map((header) => (
            <div key={header.name} className="flex flex-col gap-1.5">
              <p className="font-mono text-xs">{header.name}</p>
              {header.decoded !== null && <Json value={header.decoded} label={`${header.name}, decoded`} />}
              <CodeBlock code={header.value} label={header.name} wrap />
            </div>
          ))}
        </Panel>
      </div>
    </>
  )
}
