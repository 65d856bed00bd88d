import type { ChannelView } from '@/lib/channels'
import { Address } from '../address'
import { Amount } from '../amount'
import { addressUrl } from '../explorer'
import { Facts, type Fact } from '../facts'
import { Hash } from '../hash'
import { partyFacts, ResourceLink, tokenFacts } from '../party-facts'
import { Time } from '../time'
import { Countdown } from './countdown'

type Channel = ChannelView.ChannelDetail

/** The facts of a channel. */
export function ChannelFacts({ channel, nowMs }: { channel: Channel; nowMs: number }) {
  const { network, payer, payee, signer, operator, protocol, closeDeadlineAt, openTransactionId } = channel
  const address = (value: string, label: string) => (
    <Address value={value} label={label} {...addressUrl(network, value)} />
  )
  return (
    <Facts
      facts={[
        closeDeadlineAt !== null && {
          label: protocol === 'x402' ? 'Withdrawal possible' : 'Close deadline',
          value: <Countdown until={closeDeadlineAt} nowMs={nowMs} />,
        },
        { label: 'Opened for', value: <ResourceLink resource={channel.resource} /> },
        ...partyFacts({ network, payer, payee, payerHref: `/channels?payer=${payer}` }),
        signer !== payer && { label: 'Vouchers signed by', value: address(signer, 'signer address') },
        { label: protocol === 'x402' ? 'Claimed by' : 'Settled by', value: address(operator, 'operator address') },
        ...tokenFacts(network, channel.token),
        { label: 'Scheme', value: channel.wire.replace(/^mpp/, 'MPP') },
        ...activityFacts(channel),
        {
          label: 'Opening transaction',
          value: <Hash value={openTransactionId} label="transaction id" href={`/transactions/${openTransactionId}`} />,
        },
        { label: 'Channel id', value: <Hash value={channel.id} label="channel id" /> },
      ]}
    />
  )
}

/** What was bought by the channel, and when it was used. */
function activityFacts({ token, units, vouchers, reservedBase, refundedBase, ...at }: Channel) {
  const money = (base: string) => <Amount base={base} decimals={token.decimals} />
  const facts: (Fact | false)[] = [
    // Units of all resources: a channel pays for every resource of its merchant.
    { label: 'Delivered', value: `${Number(units).toLocaleString('en')} ${units === '1' ? 'unit' : 'units'}` },
    { label: 'Vouchers', value: Number(vouchers).toLocaleString('en') },
    reservedBase !== '0' && { label: 'Reserved by requests now', value: money(reservedBase) },
    refundedBase !== null && { label: 'Refunded', value: money(refundedBase) },
    at.openedAt !== null && { label: 'Opened', value: <Time at={at.openedAt} format="absolute" /> },
    at.lastVoucherAt !== null && { label: 'Last voucher', value: <Time at={at.lastVoucherAt} /> },
    at.lastSettledAt !== null && { label: 'Last settled', value: <Time at={at.lastSettledAt} format="absolute" /> },
  ]
  return facts
}
