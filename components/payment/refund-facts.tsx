import Link from 'next/link'
import type { PaymentView } from '@/lib/payments'
import { Address } from '../address'
import { Amount } from '../amount'
import { addressUrl, transactionUrl } from '../explorer'
import { Facts } from '../facts'
import { Hash } from '../hash'
import { Status } from '../status'
import { Time } from '../time'

/** A member by its wallet, or an API key. */
function Requester({ by }: { by: string }) {
  const [kind = '', id = ''] = by.split(' ')
  if (kind === 'stripe') return 'Stripe’s dashboard'
  return kind === 'member' ? <Address value={id} label="member" /> : <Hash value={id} label="API key" />
}

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
        {
          label: 'From',
          value:
            refund.wallet === null ? (
              'The refund wallet'
            ) : (
              <Address value={refund.wallet} label="paying wallet" {...addressUrl(network, refund.wallet)} />
            ),
        },
        { label: 'Reason', value: refund.reason },
        refund.requestedBy !== null && {
          label: 'Requested by',
          value: <Requester by={refund.requestedBy} />,
        },
        refund.heldReason !== null && { label: 'Waits because', value: refund.heldReason },
        {
          label: refund.kind === 'engine' ? 'Owed since' : 'Requested',
          value: <Time at={refund.createdAt} format="absolute" />,
        },
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
