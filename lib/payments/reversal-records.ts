import { Account, type LedgerEntry } from '@/lib/ledger'
import { type Payment } from './Payment'

export function settleOrReverse(reason: 'settle' | 'reorged'): (payment: Payment) => LedgerEntry {
  return ({ id: paymentId, payTo, merchantId, network, asset, amountBase }) => {
    const [cash, receivable] = [Account.cash(payTo), Account.receivable(merchantId)]
    const accounts = reason === 'settle' ? { debit: cash, credit: receivable } : { debit: receivable, credit: cash }
    return { kind: 'direct', reason, ...accounts, network, asset, amountBase, paymentId }
  }
}

export function subjectOf({ id, merchantId, resourceId, transactionId }: Payment) {
  return {
    merchantId,
    resourceId: resourceId ?? undefined,
    paymentId: id,
    transactionId: transactionId ?? undefined,
  }
}
