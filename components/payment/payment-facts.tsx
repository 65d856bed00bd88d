import Link from 'next/link'
import type { PaymentView } from '@/lib/payments'
import { Amount } from '../amount'
import { transactionUrl } from '../explorer'
import { Facts, type Fact } from '../facts'
import { Hash } from '../hash'
import { partyFacts, ResourceLink, tokenFacts } from '../party-facts'
import { Time } from '../time'

type Payment = PaymentView.PaymentDetail

/** The facts of a payment. `linked`: the reader may open the transaction that deployed the payer's account. */
export function PaymentFacts({ payment, linked }: { payment: Payment; linked: boolean }) {
  const { network, resource } = payment
  return (
    <Facts
      facts={[
        {
          label: 'Resource',
          value: resource ? <ResourceLink resource={resource} /> : 'Sold by another server; facilitated here',
        },
        ...partyFacts({
          network,
          payer: payment.payer,
          payee: payment.payTo,
          payerHref: `/payments?payer=${payment.payer}`,
        }),
        ...tokenFacts(network, payment.token),
        { label: 'Scheme', value: `${payment.protocol} ${payment.scheme}` },
        payment.authorizedBase !== null && {
          label: 'Signed for at most',
          value: (
            <Amount base={payment.authorizedBase} decimals={payment.token.decimals} symbol={payment.token.symbol} />
          ),
        },
        ...settlementFacts(payment, linked),
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

/** When, by whom and by which transaction it settles. */
function settlementFacts({ when, settledBy, txHash, logIndex, network, deploymentId }: Payment, linked: boolean) {
  const deployed = 'deployed for this payment'
  const facts: (Fact | false)[] = [
    { label: 'Settles', value: when === 'before' ? 'before the upstream is called' : 'after the upstream answered' },
    settledBy !== null && {
      label: 'Settled by',
      value: (
        <Link href="/facilitators" className="rounded-sm text-brand hover:underline">
          {settledBy}
        </Link>
      ),
    },
    txHash !== null && {
      label: 'Transfer',
      value: (
        <span className="inline-flex flex-wrap items-center justify-end gap-x-1">
          <Hash value={txHash} label="transaction hash" {...transactionUrl(network, txHash)} />
          <span className="text-xs text-muted-foreground">log {logIndex}</span>
        </span>
      ),
    },
    deploymentId !== null && {
      label: 'Payer’s account',
      value: linked ? (
        <Link href={`/transactions/${deploymentId}`} className="rounded-sm text-brand hover:underline">
          {deployed}
        </Link>
      ) : (
        deployed
      ),
    },
  ]
  return facts
}
