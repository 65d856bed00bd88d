import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { requireAgent } from '@/app/_lib/session'
import { Address } from '@/components/address'
import { AskMerchant } from '@/components/agent/ask-merchant'
import { CheckList } from '@/components/agent/check-list'
import { PrintButton } from '@/components/agent/print-button'
import { TokenAmount } from '@/components/agent/token-amount'
import { CodeBlock, Json } from '@/components/code-block'
import { DocsLink } from '@/components/docs-link'
import { addressUrl, transactionUrl } from '@/components/explorer'
import { Facts } from '@/components/facts'
import { Hash } from '@/components/hash'
import { NetworkName } from '@/components/network-name'
import { PageHeader } from '@/components/page-header'
import { Panel } from '@/components/panel'
import { PayerRequestPanel } from '@/components/payment/payer-request-panel'
import { Status } from '@/components/status'
import { Time } from '@/components/time'
import { buttonVariants } from '@/components/ui/button-variants'
import { getMerchant } from '@/lib/merchants'
import { Filter } from '@/lib/paging'
import { findPayerRequest, getPurchase, type PaymentView } from '@/lib/payments'
import { verifyPurchase } from '@/lib/settlement'
import { askMerchantAction } from '../../actions'

type Props = { params: Promise<{ id: string }>; searchParams: Promise<{ verify?: string | string[] }> }

export const metadata: Metadata = { title: 'Receipt' }

/** One payment of the signed-in wallet, or of one that is linked to it: its receipt, compared with the chain on request, and what the seller is asked. */
export default async function ReceiptPage({ params, searchParams }: Props) {
  const { id } = await params
  const { wallets } = await requireAgent(`/me/payments/${id}`)
  const payment = Filter.isId(id) ? await getPurchase(wallets, id) : undefined
  if (!payment) notFound()
  const isAsked = (await searchParams).verify !== undefined
  const [seller, request, checks] = await Promise.all([
    getMerchant({ operator: false, merchantId: payment.merchantId }, payment.merchantId),
    findPayerRequest(payment.id),
    isAsked ? verifyPurchase(payment) : undefined,
  ])
  return (
    <>
      <PageHeader
        crumbs={[{ label: 'My spending', href: '/me' }, { label: `Receipt ${payment.id.slice(0, 8)}` }]}
        title={<TokenAmount base={payment.amountBase} token={payment.token} />}
        meta={
          <>
            <Status kind="payment" value={payment.status} />
            <Status kind="settlement" value={payment.settlement} />
          </>
        }
        actions={
          <>
            {payment.resource && !request && (
              <AskMerchant seller={seller.name} ask={askMerchantAction.bind(null, id)} />
            )}
            <PrintButton />
          </>
        }
      />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <Panel title="Receipt" isRegion>
          <ReceiptFacts payment={payment} seller={seller.name} />
        </Panel>
        <Panel
          title="Verify"
          isRegion
          description="Compares this receipt with the chain, at this moment."
          contentClassName="flex flex-col gap-3"
        >
          {checks && <CheckList checks={checks} />}
          <div className="print:hidden">
            {/* No link of the router: it would load the page, and so verify, when a person only points at it. */}
            <a href={`/me/payments/${id}?verify=now`} className={buttonVariants({ variant: 'outline' })}>
              {checks ? 'Verify again' : 'Verify now'}
            </a>
          </div>
          <p className="text-xs text-muted-foreground print:hidden">
            Without trusting this server: <DocsLink page="receipts">verify it yourself</DocsLink>.
          </p>
        </Panel>
      </div>
      {request && <PayerRequestPanel request={request} isOwn />}
      <Refunds refunds={payment.refunds} />
      <Headers receipt={payment.receipt} />
    </>
  )
}

function ReceiptFacts({ payment, seller }: { payment: PaymentView.PaymentDetail; seller: string }) {
  const { network, resource, txHash, request } = payment
  return (
    <Facts
      facts={[
        { label: 'Seller', value: resource ? seller : 'Sold elsewhere, settled here' },
        resource && { label: 'For', value: resource.name },
        {
          label: 'Request',
          value: (
            <span className="font-mono text-xs">{`${request.method} ${request.path}${request.query && `?${request.query}`}`}</span>
          ),
        },
        { label: 'Network', value: <NetworkName network={network.network} name={network.name} /> },
        {
          label: 'Paid from',
          value: <Address value={payment.payer} label="payer" {...addressUrl(network, payment.payer)} />,
        },
        {
          label: 'Paid to',
          value: <Address value={payment.payTo} label="payee" {...addressUrl(network, payment.payTo)} />,
        },
        txHash !== null && {
          label: 'Transaction',
          value: <Hash value={txHash} label="transaction hash" {...transactionUrl(network, txHash)} />,
        },
        { label: 'Protocol', value: payment.wire },
        { label: 'Paid', value: <Time at={payment.createdAt} format="absolute" /> },
        payment.settledAt !== null && { label: 'Settled', value: <Time at={payment.settledAt} format="absolute" /> },
        payment.reason !== null && { label: 'Reason', value: payment.reason },
        { label: 'Payment id', value: <Hash value={payment.id} label="payment id" /> },
      ]}
    />
  )
}

function Refunds({ refunds }: Pick<PaymentView.PaymentDetail, 'refunds'>) {
  return (
    <>
      {refunds.map((refund) => (
        <Panel key={refund.id} title="Refund" className="mt-4">
          <Facts
            facts={[
              { label: 'State', value: <Status kind="refund" value={refund.status} /> },
              { label: 'Amount', value: <TokenAmount base={refund.amountBase} token={refund.token} /> },
              { label: 'Reason', value: refund.reason },
              refund.txHash !== null && {
                label: 'Transfer',
                value: (
                  <Hash
                    value={refund.txHash}
                    label="transaction hash"
                    {...transactionUrl(refund.network, refund.txHash)}
                  />
                ),
              },
            ]}
          />
        </Panel>
      ))}
    </>
  )
}

function Headers({ receipt }: Pick<PaymentView.PaymentDetail, 'receipt'>) {
  return (
    <Panel title="Receipt headers" description="As the paid answer carried them." className="mt-4 print:hidden">
      <div className="flex flex-col gap-3">
        {receipt.length === 0 && <p className="text-muted-foreground">No receipt was sent.</p>}
        {receipt.map((header) => (
          <div key={header.name} className="flex min-w-0 flex-col gap-1.5">
            <p className="font-mono text-xs">{header.name}</p>
            {header.decoded !== null && <Json value={header.decoded} label={`${header.name}, decoded`} />}
            <CodeBlock code={header.value} label={header.name} wrap />
          </div>
        ))}
      </div>
    </Panel>
  )
}
