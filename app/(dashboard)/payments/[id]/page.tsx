import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { cache } from 'react'
import { requireSession } from '@/app/_lib/session'
import { Amount } from '@/components/amount'
import { AuditTrail } from '@/components/audit/audit-trail'
import { AutoRefresh } from '@/components/auto-refresh'
import { CodeBlock, Json } from '@/components/code-block'
import { CopyButton } from '@/components/copy-button'
import { PageHeader } from '@/components/page-header'
import { LedgerTable } from '@/components/payment/ledger-table'
import { PaymentFacts } from '@/components/payment/payment-facts'
import { NoteDialog } from '@/components/payment/note-dialog'
import { PayerRequestPanel } from '@/components/payment/payer-request-panel'
import { RefundDialog } from '@/components/payment/refund-dialog'
import { RefundPanel } from '@/components/payment/refund-panel'
import { Wire } from '@/components/payment/wire'
import { Status } from '@/components/status'
import { stateOf } from '@/components/payment/payment-state'
import { StepList } from '@/components/step-list'
import { AttemptTable } from '@/components/transaction/attempt-table'
import { TransactionFacts } from '@/components/transaction/transaction-facts'
import { Badge } from '@/components/ui/badge'
import { ButtonLink } from '@/components/ui/button-link'
import { Card, CardHeader, CardContent } from '@/components/ui/card'
import { Panel } from '@/components/panel'
import { listEventsOf } from '@/lib/audit'
import { MemberScope } from '@/lib/auth'
import { Erc20 } from '@/lib/chains'
import type { Reader } from '@/lib/ctx'
import { getTransaction, type TransactionView } from '@/lib/execution'
import { findProgress } from '@/lib/intents'
import { listTransfers } from '@/lib/ledger'
import { Amount as Money, Caip, type Caip2 } from '@/lib/money'
import { Filter } from '@/lib/paging'
import {
  findNote,
  findPayerRequest,
  getPayment,
  PaymentTimeline,
  type PayerRequest,
  type PaymentNote,
  type PaymentView,
} from '@/lib/payments'
import { getBatch } from '@/lib/settlement'
import { notePaymentsAction } from '../actions'
import { Claims } from './claims'
import {
  answerPayerAction,
  cancelRefundAction,
  nameTransferAction,
  previewRefundAction,
  requestRefundAction,
} from './actions'

type Props = { params: Promise<{ id: string }> }

/** Read once for the title and the page. */
const readPayment = cache((scope: MemberScope.MemberScope, id: string) =>
  Filter.isId(id) ? getPayment(scope, id) : Promise.resolve(undefined),
)

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id } = await params
  const payment = await readPayment(await requireSession(), id)
  if (!payment) return { title: 'Payment' }
  const amount = Money.formatDollars(BigInt(payment.amountBase), payment.token.decimals)
  return { title: [amount, payment.resource?.path, `· ${id.slice(0, 8)}`].filter(Boolean).join(' ') }
}

export default async function PaymentPage({ params }: Props) {
  const scope = await requireSession()
  const { id } = await params
  const payment = await readPayment(scope, id)
  if (!payment) notFound()
  const [transfers, events, transaction, deployment, transactionEvents, batch, actions, asked, note] =
    await Promise.all([
      listTransfers(payment.id),
      listEventsOf(scope, { paymentId: payment.id }),
      payment.transactionId ? getTransaction(scope, payment.transactionId) : undefined,
      payment.deploymentId ? getTransaction(scope, payment.deploymentId) : undefined,
      payment.transactionId ? listEventsOf(scope, { transactionId: payment.transactionId }) : [],
      payment.batchId ? getBatch(scope, payment.batchId) : undefined,
      findActions(scope, payment.id),
      findPayerRequest(payment.id),
      findNote(scope, payment.id),
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
      <Header payment={payment} scope={scope} />
      <p className="mb-5 max-w-3xl text-base" role="status">
        {story.now} <span className="text-muted-foreground">{isOpen(asked) ? <Waiting /> : story.next}</span>
      </p>
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <Panel title="Timeline" description="From the challenge to the final block. Times in UTC.">
          <StepList steps={steps} />
        </Panel>
        <Panel title="Facts">
          <PaymentFacts payment={payment} linked={deployment !== undefined} />
        </Panel>
      </div>
      <Note payment={payment} scope={scope} note={note} />
      {actions.length > 0 && <Actions actions={actions} />}
      {asked && (
        <PayerRequestPanel
          request={asked}
          answer={mayRefund(scope, payment) ? answerPayerAction.bind(null, payment.id) : undefined}
        />
      )}
      <Claims payment={payment} scope={scope} editable={mayRefund(scope, payment)} />
      <Refunds payment={payment} editable={mayRefund(scope, payment)} />
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

type NoteProps = { payment: PaymentView.PaymentDetail; scope: MemberScope.MemberScope; note: PaymentNote.PaymentNote }

/** The label and note of the reader's shop about its own payment. */
function Note({ payment, scope, note }: NoteProps) {
  if (payment.merchantId !== scope.merchantId) return null
  const isEmpty = note.label === '' && note.note === ''
  const mayEdit = MemberScope.may(scope, scope.merchantId, 'books')
  if (isEmpty && !mayEdit) return null
  return (
    <Panel
      title="Label and note"
      isRegion
      description="Only your team sees them. Exports hold them."
      actions={mayEdit && <NoteDialog id={payment.id} initial={note} save={notePaymentsAction} />}
      className="mt-4"
    >
      {isEmpty && <p className="text-muted-foreground">None yet.</p>}
      {note.label !== '' && <Badge tone="brand">{note.label}</Badge>}
      {note.note !== '' && <p className="mt-1 whitespace-pre-line wrap-anywhere">{note.note}</p>}
    </Panel>
  )
}

function isOpen(asked: PayerRequest.PayerRequestView | undefined): boolean {
  return asked?.answeredAt === null
}

/** The next step is the merchant's, whatever the payment does. */
function Waiting() {
  return (
    <a href="#asked" className="rounded-sm text-brand underline">
      The payer waits for an answer.
    </a>
  )
}

type HeaderProps = { payment: PaymentView.PaymentDetail; scope: MemberScope.MemberScope }

function Header({ payment, scope }: HeaderProps) {
  return (
    <PageHeader
      crumbs={[{ label: 'Payments', href: '/payments' }, { label: payment.id.slice(0, 8) }]}
      title={<Amount base={payment.amountBase} decimals={payment.token.decimals} symbol={payment.token.symbol} />}
      meta={
        <>
          <Status kind="payment" value={stateOf(payment)} />
          <Status kind="settlement" value={payment.settlement} />
          <Wire wire={payment.wire} />
        </>
      }
      actions={
        <>
          <CopyButton value={payment.curl} label="the request as a curl command" text="Copy as curl" />
          {mayRefund(scope, payment) && (
            <RefundDialog
              payment={{ ...payment, leftBase: leftOf(payment) }}
              ownWallet={scope.address}
              mayRedirect={scope.operator || scope.role === 'owner'}
              obstacle={payment.refundObstacle}
              preview={previewRefundAction.bind(null, payment.id)}
              request={requestRefundAction.bind(null, payment.id)}
            />
          )}
        </>
      }
    />
  )
}

function mayRefund(scope: MemberScope.MemberScope, { merchantId }: PaymentView.PaymentDetail): boolean {
  return MemberScope.may(scope, merchantId, 'refund')
}

function leftOf({ amountBase, refundedBase }: PaymentView.PaymentDetail): string {
  return (BigInt(amountBase) - BigInt(refundedBase)).toString()
}

type RefundsProps = { payment: PaymentView.PaymentDetail; editable: boolean }

/** Every refund of the payment, oldest first, with the transfer that a wallet of the merchant signs. */
function Refunds({ payment, editable }: RefundsProps) {
  return (
    <div id="refund">
      {payment.refunds.map((refund) => (
        <RefundPanel
          key={refund.id}
          refund={refund}
          amount={Money.toDecimal(BigInt(refund.amountBase), refund.token.decimals)}
          editable={editable}
          settled={payment.settlement === 'settled'}
          transfer={prepare(refund)}
          nameHash={nameTransferAction.bind(null, refund.id)}
          withdraw={cancelRefundAction.bind(null, refund.id)}
        />
      ))}
    </div>
  )
}

function prepare({ wallet, network, token, to, amountBase }: PaymentView.RefundRow) {
  if (wallet === null || Caip.isSolana(network.network)) return null
  return {
    chainId: Caip.toChainId(network.network as Caip2),
    networkName: network.name,
    from: wallet,
    token: token.address,
    data: Erc20.transferData(to, BigInt(amountBase)),
  }
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
