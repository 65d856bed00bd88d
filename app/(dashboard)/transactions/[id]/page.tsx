import { CirclePause, FileCheck2 } from 'lucide-react'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { requireSession } from '@/app/_lib/session'
import { AuditTrail } from '@/components/audit/audit-trail'
import { AutoRefresh } from '@/components/auto-refresh'
import { Callout } from '@/components/callout'
import { PageHeader } from '@/components/page-header'
import { PaymentTable } from '@/components/payment/payment-table'
import { Status } from '@/components/status'
import { Trace } from '@/components/transaction/trace'
import { TransactionActions, WhyNot } from '@/components/transaction/transaction-actions'
import { TransactionFacts } from '@/components/transaction/transaction-facts'
import { buttonVariants } from '@/components/ui/button-variants'
import { ButtonLink } from '@/components/ui/button-link'
import { Panel, Section } from '@/components/panel'
import { MemberScope } from '@/lib/auth'
import { listEventsOf } from '@/lib/audit'
import { getTransaction, TransactionTimeline as Life, TransactionView } from '@/lib/execution'
import { Filter } from '@/lib/paging'
import { listPaymentsOf } from '@/lib/payments'
import { findBatchOf } from '@/lib/settlement'
import { previewTransactionAction, runTransactionAction } from '../actions'

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
  const { merchantId, status, whyNot } = transaction
  const ended = TransactionView.isEnded(status)
  const mayAct = transaction.kind !== 'raw' && !ended && MemberScope.may(scope, merchantId, 'execute')
  return (
    <>
      {!ended && <AutoRefresh everyMs={transaction.blockNumber === null ? 2_000 : 10_000} />}
      <Header transaction={transaction} mayAct={mayAct} batchId={batch?.id} />
      {mayAct && <WhyNot whyNot={whyNot} />}
      {transaction.heldReason !== null && !ended && <Held reason={transaction.heldReason} />}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <Panel title="Trace" description="From the request to the final block, with every decision.">
          <Trace steps={Life.from(transaction, events)} transaction={transaction} events={events} />
        </Panel>
        <Panel title="At a glance">
          <TransactionFacts transaction={transaction} />
        </Panel>
      </div>
      {payments.length > 0 && (
        <Section title="Payments that it moves" className="mt-6">
          <PaymentTable payments={payments} caption="Payments of this transaction" empty={null} />
        </Section>
      )}
      <AuditTrail events={events} />
    </>
  )
}

type HeaderProps = { transaction: TransactionView.TransactionDetail; mayAct: boolean; batchId: string | undefined }

function Header({ transaction, mayAct, batchId }: HeaderProps) {
  return (
    <PageHeader
      crumbs={[{ label: 'Transactions', href: '/transactions' }, { label: transaction.id.slice(0, 8) }]}
      title={
        <span className="capitalize">
          {transaction.purpose}
          {transaction.call && (
            <>
              {' '}
              <code className="font-mono text-lg normal-case">{transaction.call}</code>
            </>
          )}
        </span>
      }
      meta={<Status kind="transaction" value={transaction.status} />}
      description={TransactionView.story(transaction)}
      actions={
        <>
          {mayAct && (
            <TransactionActions
              whyNot={transaction.whyNot}
              transaction={{ network: transaction.network, signer: transaction.signer, to: transaction.to }}
              preview={previewTransactionAction.bind(null, transaction.id)}
              run={runTransactionAction.bind(null, transaction.id)}
            />
          )}
          {batchId !== undefined && (
            <ButtonLink href={`/settlements/${batchId}`} variant="outline">
              Settlement batch
            </ButtonLink>
          )}
          {/* <a> instead of a link of Next: it downloads a file. */}
          <a
            href={`/api/v1/transactions/${transaction.id}/receipt`}
            download
            className={buttonVariants({ variant: 'outline' })}
          >
            <FileCheck2 aria-hidden /> Execution receipt
          </a>
        </>
      }
    />
  )
}

function Held({ reason }: { reason: string }) {
  return (
    <Callout icon={CirclePause} title="On hold; it continues by itself">
      <p className="wrap-anywhere">{reason}</p>
    </Callout>
  )
}
