import Link from 'next/link'
import type { PaymentView } from '@/lib/payments'
import { Address } from '../address'
import { Amount } from '../amount'
import { addressUrl, transactionUrl } from '../explorer'
import { Facts } from '../facts'
import { Hash } from '../hash'
import { Status } from '../status'
import { Time } from '../time'

/** The facts of a refund. `linked`: the reader may open its transaction. */
export function RefundFacts({ refund, linked }: { refund: PaymentView.RefundRow; linked: boolean }) {
  const { network } = refund
  return (
    <Facts
      facts={[
        { label: 'State', value: <Status kind="refund" value={refund.status} /> },
        {
          label: 'Amount',
          value: <Amount base={refund.amountBase} decimals={refund.token.decimals} symbol={refund.token.symbol} />,
        },
        {
          label: 'To',
          value: <Address value={refund.to} label="refunded address" {...addressUrl(network, refund.to)} />,
        },
        { label: 'Reason', value: refund.reason },
        refund.heldReason !== null && { label: 'Waits because', value: refund.heldReason },
        { label: 'Owed since', value: <Time at={refund.createdAt} format="absolute" /> },
        refund.paidAt !== null && { label: 'Paid', value: <Time at={refund.paidAt} format="absolute" /> },
        refund.txHash !== null && {
          label: 'Hash',
          value: <Hash value={refund.txHash} label="transaction hash" {...transactionUrl(network, refund.txHash)} />,
        },
        linked && {
          label: 'Transaction',
          value: (
            <Link href={`/transactions/${refund.transactionId}`} className="rounded-sm text-brand hover:underline">
              Show
            </Link>
          ),
        },
      ]}
    />
  )
}
