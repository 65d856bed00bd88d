import Link from 'next/link'
import type { ChannelView } from '@/lib/channels'
import { Address } from '../address'
import { Amount } from '../amount'
import { addressUrl } from '../explorer'
import { Facts } from '../facts'
import { Hash } from '../hash'
import { NetworkName } from '../network-name'
import { Time } from '../time'
import { Countdown } from './countdown'

/** What a channel is made of. */
export function ChannelFacts({ channel, nowMs }: { channel: ChannelView.ChannelDetail; nowMs: number }) {
  const { network, token, resource, reservedBase } = channel
  const address = (value: string, label: string) => (
    <Address value={value} label={label} {...addressUrl(network, value)} />
  )
  return (
    <Facts
      facts={[
        channel.closeDeadlineAt !== null && {
          label: channel.protocol === 'x402' ? 'Withdrawal possible' : 'Close deadline',
          value: <Countdown until={channel.closeDeadlineAt} nowMs={nowMs} />,
        },
        {
          label: 'Opened for',
          value: (
            <Link
              href={`/resources/${resource.id}`}
              className="rounded-sm font-mono text-xs text-brand hover:underline"
            >
              {resource.method} {resource.path}
            </Link>
          ),
        },
        {
          label: 'Payer',
          value: (
            <Address
              value={channel.payer}
              label="payer address"
              href={`/channels?payer=${channel.payer}`}
              {...addressUrl(network, channel.payer)}
            />
          ),
        },
        { label: 'Paid to', value: address(channel.payee, 'pay-to address') },
        channel.signer !== channel.payer && {
          label: 'Vouchers signed by',
          value: address(channel.signer, 'signer address'),
        },
        {
          label: channel.protocol === 'x402' ? 'Claimed by' : 'Settled by',
          value: address(channel.operator, 'operator address'),
        },
        { label: 'Network', value: <NetworkName network={network.network} name={network.name} /> },
        {
          label: 'Token',
          value: (
            <span className="inline-flex items-center gap-1">
              {token.symbol} <Address value={token.address} label="token address" />
            </span>
          ),
        },
        { label: 'Scheme', value: channel.wire.replace(/^mpp/, 'MPP') },
        {
          label: 'Delivered',
          // Of whatever it bought: a channel pays for every resource of its merchant.
          value: `${Number(channel.units).toLocaleString('en')} ${channel.units === '1' ? 'unit' : 'units'}`,
        },
        { label: 'Vouchers', value: Number(channel.vouchers).toLocaleString('en') },
        reservedBase !== '0' && {
          label: 'Held by requests now',
          value: <Amount base={reservedBase} decimals={token.decimals} />,
        },
        channel.refundedBase !== null && {
          label: 'Given back',
          value: <Amount base={channel.refundedBase} decimals={token.decimals} />,
        },
        channel.openedAt !== null && { label: 'Opened', value: <Time at={channel.openedAt} format="absolute" /> },
        channel.lastVoucherAt !== null && { label: 'Last voucher', value: <Time at={channel.lastVoucherAt} /> },
        channel.lastSettledAt !== null && {
          label: 'Last settled',
          value: <Time at={channel.lastSettledAt} format="absolute" />,
        },
        {
          label: 'Opening transaction',
          value: (
            <Hash
              value={channel.openTransactionId}
              label="transaction id"
              href={`/transactions/${channel.openTransactionId}`}
            />
          ),
        },
        { label: 'Channel id', value: <Hash value={channel.id} label="channel id" /> },
      ]}
    />
  )
}
