import { type AuditEvent } from '@/lib/audit'
import { Account, type LedgerEntry } from '@/lib/ledger'
import * as Payments from './Payment'
import type { Payment } from './Payment'

/** The ledger entries of settled payments. Under `upto` a payment may have charged zero, which needs none. */
export function settleEntries(payments: readonly Payment[]): LedgerEntry[] {
  return payments
    .filter((payment) => Payments.isBooked(payment) && payment.amountBase > 0n)
    .map(({ id: paymentId, merchantId, payTo, network, asset, amountBase }) => ({
      ...{ kind: 'direct', reason: 'settle', network, asset, amountBase, paymentId },
      debit: Account.arrival({ network, payTo }),
      credit: Account.receivable(merchantId),
    }))
}

export function settledEvent({ id, merchantId, resourceId, transactionId, txHash }: Payment): AuditEvent.AuditEvent {
  return {
    type: 'payment.settled',
    merchantId,
    resourceId: resourceId ?? undefined,
    paymentId: id,
    transactionId: transactionId ?? undefined,
    data: { txHash },
  }
}
