import * as ldk from 'lightningdevkit'
import { isExpired, type Book } from './book'
import { fundingTransaction } from './chain'
import type { Parts } from './parts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

export type EventContext = {
  parts: Parts
  book: Book
  /** Gets the funding transaction of a channel that this node opens. */
  onFunding: (transaction: Buffer) => void
  /** A channel is gone. */
  onClosed: () => void
  log: (line: string) => void
}

/** Answers one event of LDK as a node does: funds its channel, claims or refuses what comes in, books what went out. */
export function onEvent(event: ldk.Event, context: EventContext): void {
  const { parts, log } = context
  if (event instanceof ldk.Event_PaymentClaimable) return onClaimable(event, context)
  if (event instanceof ldk.Event_PaymentClaimed) return onClaimed(event, context)
  if (event instanceof ldk.Event_PaymentSent) return onSent(event, context)
  if (event instanceof ldk.Event_PaymentFailed) return onFailed(event, context)
  if (event instanceof ldk.Event_FundingGenerationReady) {
    const transaction = fundingTransaction(event.output_script, event.channel_value_satoshis)
    const { temporary_channel_id: id, counterparty_node_id: peer } = event
    const funded = parts.manager.funding_transaction_generated(id, peer, transaction)
    if (!funded.is_ok()) throw new Error('LDK refused the funding transaction')
    context.onFunding(transaction)
  } else if (event instanceof ldk.Event_ChannelClosed) {
    log(`channel ${hex(event.channel_id.get_a())} is closed`)
    context.onClosed()
  }
}

/** LND refuses what it does not know, what is paid, what is late and what is too little. */
function onClaimable(event: ldk.Event_PaymentClaimable, { parts, book }: EventContext): void {
  const invoice = book.invoice(hex(event.payment_hash))
  const isWanted = invoice?.state === 'OPEN' && !isExpired(invoice) && event.amount_msat >= BigInt(invoice.valueMsat)
  if (!isWanted) return parts.manager.fail_htlc_backwards(event.payment_hash)
  if (invoice.isHold && invoice.preimage === undefined)
    return book.putInvoice({ ...invoice, state: 'ACCEPTED', paidMsat: String(event.amount_msat) })
  parts.manager.claim_funds(Buffer.from(invoice.preimage ?? '', 'hex'))
}

function onClaimed(event: ldk.Event_PaymentClaimed, { book }: EventContext): void {
  const invoice = book.invoice(hex(event.payment_hash))
  if (!invoice || invoice.state === 'SETTLED') return
  const paidMsat = String(event.amount_msat)
  book.putInvoice({
    ...invoice,
    state: 'SETTLED',
    paidMsat,
    settledAtMs: Date.now(),
    settleIndex: book.nextSettleIndex(),
  })
}

function onSent(event: ldk.Event_PaymentSent, { book }: EventContext): void {
  const payment = book.payment(hex(event.payment_hash))
  if (!payment) return
  const fee = event.fee_paid_msat
  book.putPayment({
    ...payment,
    status: 'SUCCEEDED',
    preimage: hex(event.payment_preimage),
    feeMsat: fee instanceof ldk.Option_u64Z_Some ? String(fee.some) : '0',
    failureReason: 'FAILURE_REASON_NONE',
    endedAtMs: Date.now(),
  })
}

function onFailed(event: ldk.Event_PaymentFailed, { parts, book }: EventContext): void {
  const payment = book.payment(hex(event.payment_id))
  if (!payment) return
  const { reason } = event
  const failureReason =
    reason instanceof ldk.Option_PaymentFailureReasonZ_Some
      ? reasonOf(reason.some, BigInt(payment.valueMsat), parts)
      : 'FAILURE_REASON_ERROR'
  book.putPayment({ ...payment, status: 'FAILED', failureReason, endedAtMs: Date.now() })
}

/** LDK's reason in LND's words. */
function reasonOf(reason: ldk.PaymentFailureReason, valueMsat: bigint, parts: Parts): string {
  const { PaymentFailureReason: Reason } = ldk
  if (reason === Reason.LDKPaymentFailureReason_RecipientRejected) return 'FAILURE_REASON_INCORRECT_PAYMENT_DETAILS'
  if (reason === Reason.LDKPaymentFailureReason_UserAbandoned) return 'FAILURE_REASON_TIMEOUT'
  if (reason === Reason.LDKPaymentFailureReason_PaymentExpired) return 'FAILURE_REASON_TIMEOUT'
  return noRouteReason(valueMsat, parts)
}

/** Why there is no way for so much: too little of its own, or nobody takes it. */
export function noRouteReason(valueMsat: bigint, { manager }: Pick<Parts, 'manager'>): string {
  const spendable = manager
    .list_usable_channels()
    .reduce((sum, channel) => sum + channel.get_outbound_capacity_msat(), 0n)
  return spendable < valueMsat ? 'FAILURE_REASON_INSUFFICIENT_BALANCE' : 'FAILURE_REASON_NO_ROUTE'
}
