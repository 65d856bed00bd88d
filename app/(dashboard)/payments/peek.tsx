import Link from 'next/link'
import { Amount } from '@/components/amount'
import { LazyNoteDialog } from '@/components/payment/lazy-note-dialog'
import { stateOf } from '@/components/payment/payment-state'
import { PeekPanel } from '@/components/payment/peek-panel'
import { Status } from '@/components/status'
import { StepList } from '@/components/step-list'
import { Badge } from '@/components/ui/badge'
import { ButtonLink } from '@/components/ui/button-link'
import { listEventsOf } from '@/lib/audit'
import { MemberScope } from '@/lib/auth'
import { getTransaction } from '@/lib/execution'
import { findNote, getPayment, PaymentTimeline } from '@/lib/payments'
import { getBatch } from '@/lib/settlement'
import { notePaymentsAction } from './actions'

type Props = { scope: MemberScope.MemberScope; id: string; closeHref: string }

/** A payment beside the list: its outcome, its note and its timeline. Nothing if the reader may not see it. */
export async function PaymentPeek({ scope, id, closeHref }: Props) {
  const payment = await getPayment(scope, id)
  if (!payment) return null
  const [events, transaction, batch, note] = await Promise.all([
    listEventsOf(scope, { paymentId: id }),
    payment.transactionId ? getTransaction(scope, payment.transactionId) : undefined,
    payment.batchId ? getBatch(scope, payment.batchId) : undefined,
    findNote(scope, id),
  ])
  const facts = { payment, transaction: transaction ?? null, batch: batch ?? null, events, actions: [] }
  const story = PaymentTimeline.story(facts)
  const isOwn = payment.merchantId === scope.merchantId
  return (
    <PeekPanel title={`Payment ${id.slice(0, 8)}`} closeHref={closeHref}>
      <div className="flex flex-wrap items-center gap-2">
        <Amount
          base={payment.amountBase}
          decimals={payment.token.decimals}
          symbol={payment.token.symbol}
          className="text-lg font-semibold"
        />
        <Status kind="payment" value={stateOf(payment)} />
        <Status kind="settlement" value={payment.settlement} />
      </div>
      <p>
        {story.now} <span className="text-muted-foreground">{story.next}</span>
      </p>
      {(note.label !== '' || note.note !== '') && (
        <div className="rounded-lg border px-3 py-2">
          {note.label !== '' && <Badge tone="brand">{note.label}</Badge>}
          {note.note !== '' && <p className="mt-1 whitespace-pre-line wrap-anywhere">{note.note}</p>}
        </div>
      )}
      <StepList steps={PaymentTimeline.from(facts)} />
      <div className="flex flex-wrap gap-2">
        <ButtonLink href={`/payments/${id}`} size="sm">
          Open the payment
        </ButtonLink>
        {isOwn && MemberScope.may(scope, scope.merchantId, 'books') && (
          <LazyNoteDialog id={id} initial={note} save={notePaymentsAction} />
        )}
        <Link href={`/payers/${payment.payer}`} className="self-center underline underline-offset-4">
          Its payer
        </Link>
      </div>
    </PeekPanel>
  )
}
