import Link from 'next/link'
import type { PaymentView } from '@/lib/payments'
import { Address } from '../address'
import { Amount } from '../amount'
import { addressUrl, transactionUrl } from '../explorer'
import { Facts } from '../facts'
import { Hash } from '../hash'
import { NetworkName } from '../network-name'
import { Time } from '../time'

/** What a payment is made of. `linked`: who looks may see the transaction that deployed the payer's account. */
export function PaymentFacts({ payment, linked }: { payment: PaymentView.PaymentDetail; linked: boolean }) {
  const { network, resource } = payment
  return (
    <Facts
      facts={[
        {
          label: 'Resource',
          value: resource ? (
            <Link
              href={`/resources/${resource.id}`}
              className="rounded-sm font-mono text-xs text-brand hover:underline"
            >
              {resource.method} {resource.path}
            </Link>
          ) : (
            'Sold by another server, for which it was facilitated'
          ),
        },
        {
          label: 'Payer',
          value: (
            <Address
              value={payment.payer}
              label="payer address"
              href={`/payments?payer=${payment.payer}`}
              {...addressUrl(network, payment.payer)}
            />
          ),
        },
        {
          label: 'Paid to',
          value: <Address value={payment.payTo} label="pay-to address" {...addressUrl(network, payment.payTo)} />,
        },
        { label: 'Network', value: <NetworkName network={network.network} name={network.name} /> },
        {
          label: 'Token',
          value: (
            <span className="inline-flex items-center gap-1">
              {payment.token.symbol} <Address value={payment.token.address} label="token address" />
            </span>
          ),
        },
        { label: 'Scheme', value: `${payment.protocol} ${payment.scheme}` },
        payment.authorizedBase !== null && {
          label: 'Signed for at most',
          value: (
            <Amount base={payment.authorizedBase} decimals={payment.token.decimals} symbol={payment.token.symbol} />
          ),
        },
        {
          label: 'Settles',
          value: payment.when === 'before' ? 'before the upstream is called' : 'after the upstream answered',
        },
        payment.settledBy !== null && {
          label: 'Settled by',
          value: (
            <Link href="/facilitators" className="rounded-sm text-brand hover:underline">
              {payment.settledBy}
            </Link>
          ),
        },
        payment.txHash !== null && {
          label: 'Transfer',
          value: (
            <span className="inline-flex flex-wrap items-center justify-end gap-x-1">
              <Hash value={payment.txHash} label="transaction hash" {...transactionUrl(network, payment.txHash)} />
              <span className="text-xs text-muted-foreground">log {payment.logIndex}</span>
            </span>
          ),
        },
        payment.deploymentId !== null && {
          label: 'Payer’s account',
          value: linked ? (
            <Link href={`/transactions/${payment.deploymentId}`} className="rounded-sm text-brand hover:underline">
              deployed for this payment
            </Link>
          ) : (
            'deployed for this payment'
          ),
        },
        payment.upstreamStatus !== null && { label: 'Upstream', value: `HTTP ${payment.upstreamStatus}` },
        payment.reason !== null && { label: 'Reason', value: payment.reason },
        { label: 'Claimed', value: <Time at={payment.createdAt} format="absolute" /> },
        { label: 'Payment id', value: <Hash value={payment.id} label="payment id" /> },
        { label: 'Quote id', value: <Hash value={payment.quoteId} label="quote id" /> },
        { label: 'Claim key', value: <Hash value={payment.claimKey} label="claim key" /> },
      ]}
    />
  )
}
