import { ArrowLeftRight, Waypoints } from 'lucide-react'
import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { listLinks } from '@/app/_lib/list-links'
import { requireSession } from '@/app/_lib/session'
import { Address } from '@/components/address'
import { TokenAmount } from '@/components/agent/token-amount'
import { Amount } from '@/components/amount'
import { ChannelTable } from '@/components/channel/channel-table'
import { Empty } from '@/components/empty'
import { Facts } from '@/components/facts'
import { ListFooter } from '@/components/list/list-footer'
import { PageHeader } from '@/components/page-header'
import { NoteForm } from '@/components/payer/note-form'
import { Failures } from '@/components/payer/payer-table'
import { QuotaTable } from '@/components/payer/quota-table'
import { Stance } from '@/components/payer/stance'
import { PaymentTable } from '@/components/payment/payment-table'
import { Time } from '@/components/time'
import { Panel, Section } from '@/components/panel'
import { MemberScope } from '@/lib/auth'
import { Address as WalletAddress } from '@/lib/chains'
import { listChannels } from '@/lib/channels'
import { Filter } from '@/lib/paging'
import { getPayer, type PayerView } from '@/lib/payers'
import { listPayments } from '@/lib/payments'
import { setNoteAction } from '../actions'

export const metadata: Metadata = { title: 'Payer' }

type Props = { params: Promise<{ wallet: string }>; searchParams: Promise<Filter.FilterParams> }

export default async function PayerPage({ params, searchParams }: Props) {
  const scope = await requireSession()
  const { wallet: typed } = await params
  const wallet = WalletAddress.walletOf(typed)
  if (wallet === undefined) notFound()
  const path = `/payers/${wallet}`
  if (wallet !== typed) redirect(path)
  const { merchantId } = scope
  // An operator also sees only the payers of the merchant that it acts for.
  const reader = { operator: false, merchantId }
  const { ask, query } = Filter.read({}, await searchParams)
  const [payer, payments, channels] = await Promise.all([
    getPayer(merchantId, wallet),
    listPayments(reader, { payer: wallet }, ask),
    listChannels(reader, { payer: wallet }, { size: 25 }),
  ])
  const mayEdit = MemberScope.may(scope, merchantId, 'customers')
  return (
    <>
      <PageHeader
        crumbs={[{ label: 'Payers', href: '/payers' }, { label: `${wallet.slice(0, 8)}…` }]}
        title={payer.label || <Address value={wallet} label="payer address" className="text-base" />}
        meta={
          <>
            {payer.label && <Address value={wallet} label="payer address" />}
            <Stance {...payer} />
          </>
        }
      />
      <div className="mb-6 grid items-start gap-4 lg:grid-cols-2">
        <Panel title="Facts">
          <PayerFacts payer={payer} />
        </Panel>
        {mayEdit && (
          <Panel title="Note" description="Applies to this merchant only.">
            <NoteForm key={payer.updatedAt} initial={payer} save={setNoteAction.bind(null, wallet)} />
          </Panel>
        )}
      </div>
      <Activity payer={payer} payments={payments} channels={channels} path={path} query={query} />
    </>
  )
}

type ActivityProps = {
  payer: PayerView.PayerDetail
  payments: Awaited<ReturnType<typeof listPayments>>
  channels: Awaited<ReturnType<typeof listChannels>>
  path: string
  query: Record<string, string>
}

function Activity({ payer, payments, channels, path, query }: ActivityProps) {
  return (
    <div className="flex flex-col gap-6">
      <Section title="Payments">
        <PaymentTable
          payments={payments.rows}
          caption="Payments of this wallet, newest first"
          empty={
            <Empty icon={ArrowLeftRight} title="No payments" className="py-8">
              This wallet has not paid you yet.
            </Empty>
          }
        />
        <ListFooter noun="payments" {...listLinks(path, query, payments)} />
      </Section>
      {channels.total > 0 && (
        <Section title="Channels">
          <ChannelTable
            channels={channels.rows}
            nowMs={Date.now()}
            empty={<Empty icon={Waypoints} title="No channels" className="py-8" />}
          />
        </Section>
      )}
      {payer.quota.length > 0 && (
        <Section title="Free quota">
          <QuotaTable quota={payer.quota} />
        </Section>
      )}
    </div>
  )
}

function PayerFacts({ payer }: { payer: PayerView.PayerDetail }) {
  return (
    <Facts
      facts={[
        { label: 'Spent', value: <Amount base={payer.spentMicros} /> },
        ...payer.others.map(({ network, token, amountBase }) => ({
          label: `and on ${network.name}`,
          value: <TokenAmount base={amountBase} token={token} />,
        })),
        { label: 'Calls', value: payer.calls.toLocaleString('en') },
        { label: 'Failed', value: <Failures calls={payer.calls} failed={payer.failed} /> },
        {
          label: 'Protocols',
          value: payer.protocols.map((protocol) => protocol.replace('mpp', 'MPP')).join(', ') || '–',
        },
        payer.firstAt !== null && { label: 'First seen', value: <Time at={payer.firstAt} format="absolute" /> },
        payer.lastAt !== null && { label: 'Last seen', value: <Time at={payer.lastAt} format="absolute" /> },
        payer.updatedAt !== null && { label: 'Noted', value: <Time at={payer.updatedAt} format="absolute" /> },
        payer.updatedBy !== null && {
          label: 'Noted by',
          value: <Address value={payer.updatedBy} label="member address" />,
        },
      ]}
    />
  )
}
