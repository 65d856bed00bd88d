import type { ChannelView } from '@/lib/channels'
import { addressUrl } from '../explorer'
import { Address } from '../address'
import { Hash } from '../hash'
import { NetworkName } from '../network-name'
import { Status } from '../status'
import { Time } from '../time'
import { Panel } from '../panel'
import { TokenAmount } from './token-amount'

type Props = {
  channels: readonly ChannelView.ChannelCredit[]
  /** Whether they may be of different wallets. */
  hasWallets: boolean
}

/** Channels that still hold money of a person's wallets, and how to withdraw it. */
export function CreditList({ channels, hasWallets }: Props) {
  if (channels.length === 0) return null
  return (
    <Panel
      isRegion
      title="Open channels"
      description="Deposits in escrow on chain. The unspent part belongs to the wallet that opened it; withdrawing it needs no merchant."
      contentClassName="flex flex-col divide-y"
    >
      {channels.map((channel) => (
        <Credit key={channel.id} channel={channel} hasWallet={hasWallets} />
      ))}
    </Panel>
  )
}

function Credit({ channel, hasWallet }: { channel: ChannelView.ChannelCredit; hasWallet: boolean }) {
  const { token, network, resource } = channel
  return (
    <article className="grid gap-x-6 gap-y-2 py-3 first:pt-0 last:pb-0 md:grid-cols-[minmax(0,1fr)_minmax(0,1.2fr)]">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2">
          <TokenAmount base={channel.leftBase} token={token} className="text-base font-semibold" />
          <span className="text-muted-foreground">left</span>
          <Status kind="channel" value={channel.state} />
        </p>
        <p className="text-xs text-muted-foreground">
          of <TokenAmount base={channel.depositBase} token={token} /> deposited;{' '}
          <TokenAmount base={channel.spentBase} token={token} /> spent
        </p>
        <p className="mt-1 truncate text-xs text-muted-foreground">
          {channel.seller}, <span className="font-mono">{`${resource.method} ${resource.path}`}</span>,{' '}
          <NetworkName network={network.network} name={network.name} />
        </p>
        <p className="flex flex-wrap items-center gap-x-2 text-xs text-muted-foreground">
          <Hash value={channel.id} label="channel id" />
          <span>
            opened <Time at={channel.createdAt} />
          </span>
          {hasWallet && <Address value={channel.payer} label="wallet address" />}
        </p>
      </div>
      <div className="text-xs text-muted-foreground">
        <p className="font-medium text-foreground">How to withdraw it</p>
        <Withdrawal channel={channel} />
      </div>
    </article>
  )
}

function Withdrawal({ channel }: { channel: ChannelView.ChannelCredit }) {
  const { protocol, url, escrow, network, graceSeconds, state, closeDeadlineAt } = channel
  if (state === 'opening') return <p>It is not open yet: the deposit transaction is not included yet.</p>
  if (state === 'closing') return <p>It is closing: that transaction returns the rest.</p>
  const [ask, call, client, begin, end] =
    protocol === 'mpp'
      ? ['Send a close credential to', 'session.close()', 'mppx', 'requestClose', 'withdraw']
      : ['Request a refund at', 'scheme.refund(url)', '@x402/evm', 'initiateWithdraw', 'finalizeWithdraw']
  return (
    <ol className="mt-1 flex list-decimal flex-col gap-1 pl-4">
      <li>
        {ask} <span className="font-mono break-all text-foreground">{url}</span>, as{' '}
        <span className="font-mono text-foreground">{call}</span> of {client} does. The same transaction returns the
        rest, and the wallet pays no gas.
      </li>
      <li>
        Without the merchant: call <span className="font-mono text-foreground">{begin}</span> of the escrow{' '}
        <Address value={escrow} label="escrow contract" {...addressUrl(network, escrow)} />, wait {wait(graceSeconds)},
        then call <span className="font-mono text-foreground">{end}</span>.
        {closeDeadlineAt !== null && (
          <>
            {' '}
            This was requested: the wait ends <Time at={closeDeadlineAt} format="absolute" />.
          </>
        )}
      </li>
    </ol>
  )
}

function wait(seconds: number): string {
  const [size, unit] =
    seconds % 86_400 === 0 ? [86_400, 'day'] : seconds % 3_600 === 0 ? [3_600, 'hour'] : [60, 'minute']
  const count = Math.ceil(seconds / size)
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
