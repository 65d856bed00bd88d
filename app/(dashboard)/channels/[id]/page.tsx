import { Signature } from 'lucide-react'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { FilteredList } from '@/app/_lib/filtered-list'
import { requireSession } from '@/app/_lib/session'
import { Amount } from '@/components/amount'
import { AuditTrail } from '@/components/audit/audit-trail'
import { AutoRefresh } from '@/components/auto-refresh'
import { ChannelActions } from '@/components/channel/channel-actions'
import { AmountsBar } from '@/components/channel/amounts-bar'
import { ChannelFacts } from '@/components/channel/channel-facts'
import { Countdown } from '@/components/channel/countdown'
import { OwedCallout } from '@/components/channel/owed-callout'
import { ParkedCallout } from '@/components/channel/parked-callout'
import { SettlementTable } from '@/components/channel/settlement-table'
import { VoucherChart } from '@/components/channel/voucher-chart'
import { VoucherTable } from '@/components/channel/voucher-table'
import { Empty } from '@/components/empty'
import type { FilterField } from '@/components/list/filter-field'
import { PageHeader } from '@/components/page-header'
import { Wire } from '@/components/payment/wire'
import { Status } from '@/components/status'
import { StepList } from '@/components/step-list'
import { Panel, Section } from '@/components/panel'
import { MemberScope } from '@/lib/auth'
import { listEventsOfChannel } from '@/lib/audit'
import {
  ChannelFilter,
  countVouchers,
  findSettlementTerms,
  getChannel,
  ChannelTimeline,
  listSettlements,
  listVouchers,
  Schedule,
  type ChannelView,
} from '@/lib/channels'
import { Caip } from '@/lib/money'
import { Filter } from '@/lib/paging'
import { findOwedPayout } from '@/lib/settlement'
import { previewChannelAction, runChannelAction } from '../actions'

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Filter.FilterParams> }

export const metadata: Metadata = { title: 'Channel' }

const chartMinutes = 30

export default async function ChannelPage({ params, searchParams }: Props) {
  const scope = await requireSession()
  const { id } = await params
  const channel = ChannelFilter.isId(id) ? await getChannel(scope, id) : undefined
  if (!channel) notFound()
  const nowMs = Date.now()
  const [settlements, events, minutes, policy, owedSince] = await Promise.all([
    listSettlements(scope, { channelId: id }),
    listEventsOfChannel(scope, id),
    countVouchers(id, chartMinutes, nowMs),
    findSettlementTerms(channel.merchantId, Caip.parse(channel.network.network)),
    findOwedPayout(id),
  ])
  const story = ChannelTimeline.story(channel)
  return (
    <>
      {/* Vouchers arrive every second, and deadlines pass. */}
      {channel.state !== 'closed' && channel.state !== 'failed' && (
        <AutoRefresh everyMs={isLive(channel) ? 5_000 : 2_000} />
      )}
      <Header channel={channel} nowMs={nowMs} editable={MemberScope.may(scope, channel.merchantId, 'settle')} />
      <p className="mb-5 max-w-3xl text-base" role="status">
        {story.now} <span className="text-muted-foreground">{story.next}</span>
      </p>
      <ParkedCallout channel={channel} />
      <OwedCallout since={owedSince} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <Panel title="Deposit" description="How much of it is signed, spent and paid out.">
            <AmountsBar channel={channel} />
          </Panel>
          <VoucherChart minutes={minutes} />
          <Panel title="Timeline" description="From the opening transaction to the closing. Times in UTC.">
            <StepList steps={ChannelTimeline.from({ channel, settlements, events })} />
          </Panel>
        </div>
        <Panel title="Facts">
          <ChannelFacts channel={channel} nowMs={nowMs} />
        </Panel>
      </div>
      <Settlements channel={channel} settlements={settlements} policy={policy} />
      <Vouchers channel={channel} searchParams={await searchParams} />
      <AuditTrail events={events} description="Every change to this channel. Deliveries are listed under Vouchers." />
    </>
  )
}

/** Whether it can be settled and closed. */
function isLive({ state }: ChannelView.ChannelDetail): boolean {
  return state === 'open' || state === 'close_requested'
}

type HeaderProps = { channel: ChannelView.ChannelDetail; nowMs: number; editable: boolean }

function Header({ channel, nowMs, editable }: HeaderProps) {
  const { token, state, atRiskBase, closeDeadlineAt } = channel
  return (
    <PageHeader
      crumbs={[{ label: 'Channels', href: '/channels' }, { label: channel.id.slice(0, 10) }]}
      title={<Amount base={channel.spentBase} decimals={token.decimals} symbol={`${token.symbol} spent`} />}
      meta={
        <>
          <Status kind="channel" value={state} />
          <Wire wire={channel.wire} />
          {atRiskBase !== '0' && (
            <span className={state === 'closed' ? 'text-destructive' : 'text-warning'}>
              <Amount base={atRiskBase} decimals={token.decimals} className="font-semibold" />{' '}
              {state === 'closed' ? 'lost' : 'at risk'}
            </span>
          )}
          {closeDeadlineAt !== null && (
            <span>
              deadline <Countdown until={closeDeadlineAt} nowMs={nowMs} />
            </span>
          )}
        </>
      }
      actions={
        editable && (
          <ChannelActions
            channel={{ protocol: channel.protocol, payee: channel.payee, token, network: channel.network }}
            live={isLive(channel)}
            preview={previewChannelAction.bind(null, channel.id)}
            run={runChannelAction.bind(null, channel.id)}
          />
        )
      }
    />
  )
}

type SettlementsProps = {
  channel: ChannelView.ChannelDetail
  settlements: readonly ChannelView.ChannelSettlementView[]
  policy: Awaited<ReturnType<typeof findSettlementTerms>>
}

function Settlements({ channel, settlements, policy }: SettlementsProps) {
  return (
    <Section title="Settlements" className="mt-6">
      {isLive(channel) && (
        <p className="mb-2 text-muted-foreground">{Schedule.describe(policy, channel.protocol === 'x402')}</p>
      )}
      <SettlementTable
        settlements={settlements}
        of="channel"
        empty={
          channel.settledBase === '0' ? (
            <Empty title="Nothing paid out yet" className="py-8">
              Each settlement of this channel is listed here, with its reason and the amount it paid.
            </Empty>
          ) : (
            <Empty title="None by this server" className="py-8">
              Another party claimed the payouts. The timeline shows which.
            </Empty>
          )
        }
      />
    </Section>
  )
}

type VouchersProps = { channel: ChannelView.ChannelDetail; searchParams: Filter.FilterParams }

async function Vouchers({ channel, searchParams }: VouchersProps) {
  const { values, ask, query, ignored } = Filter.read(ChannelFilter.voucherShape, searchParams)
  const page = await listVouchers(channel, values, ask)
  const path = `/channels/${channel.id}`
  return (
    <section className="mt-6">
      <h2 id="vouchers" className="mb-2 text-sm font-semibold">
        Vouchers
      </h2>
      <FilteredList
        list={{ path, query, ignored, page }}
        fields={voucherFields}
        noun="vouchers"
        icon={Signature}
        none={{
          title: 'No vouchers yet',
          text: 'Each voucher that paid for something is listed here with its signature.',
          className: 'py-8',
        }}
      >
        {(empty) => <VoucherTable vouchers={page.rows} channel={channel} empty={empty} />}
      </FilteredList>
    </section>
  )
}

const voucherFields: FilterField[] = [
  {
    kind: 'text',
    name: 'cumulative',
    label: 'Cumulative amount',
    placeholder: '0.05',
    hint: 'In dollars since the channel opened. Finds the voucher that covers this amount.',
  },
]
