import type { ReactNode } from 'react'
import type { SignerView } from '@/lib/execution'
import { Address } from '../address'
import { addressUrl } from '../explorer'
import { Gas } from '../gas'
import { Time } from '../time'
import { Badge } from '../ui/badge'
import { Card } from '../ui/card'
import { cn } from '../ui/cn'
import { daysLeft } from './days-left'
import { paymentUri } from './payment-uri'
import { QrCode } from './qr-code'
import { TopUp } from './top-up'

const kinds = {
  env: 'environment key',
  keystore: 'key file',
  'aws-kms': 'AWS KMS',
  'gcp-kms': 'Google Cloud KMS',
} as const
const lowDays = 3

/** One signer: its gas balance, its nonces compared with the chain's, and its queue. */
export function SignerCard({ signer }: { signer: SignerView }) {
  const { network, address, purpose, kind, balance } = signer
  return (
    <Card className="flex flex-col">
      <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 pt-3.5 pb-3">
        <div className="flex min-w-0 flex-col gap-1">
          <h3 className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm font-semibold">
            <span className="capitalize">{purpose}</span>
            <Badge tone="outline">{kinds[kind]}</Badge>
            <State signer={signer} />
          </h3>
          <Address value={address} label="signer address" {...addressUrl(network, address)} />
        </div>
        <TopUp
          network={network.name}
          caip2={network.network}
          address={address}
          symbol={balance?.symbol ?? network.gasSymbol}
        >
          <QrCode text={paymentUri(network.network, address, signer.feeToken)} label={`QR code of ${address}`} />
        </TopUp>
      </header>
      <dl className="grid grid-cols-2 gap-x-4 gap-y-3 border-t px-4 py-3 sm:grid-cols-3">
        <Fact label="Gas balance" note={<Days signer={signer} />}>
          {balance ? (
            <Gas
              wei={balance.base}
              symbol={balance.symbol}
              decimals={balance.decimals}
              inCoins
              className={cn(balance.base === '0' && 'text-destructive')}
            />
          ) : (
            <span className="text-muted-foreground">not known</span>
          )}
        </Fact>
        <Fact label="Fees today" note="since midnight UTC">
          <Gas wei={signer.feesToday.base} symbol={signer.feesToday.symbol} decimals={signer.feesToday.decimals} />
        </Fact>
        <Fact label="In flight" note={<Oldest signer={signer} />}>
          {signer.inFlight.toLocaleString('en')}
          {signer.inFlightMax > 0 && (
            <span className="text-muted-foreground"> of {signer.inFlightMax.toLocaleString('en')}</span>
          )}
        </Fact>
        <Fact label="Queued">{signer.queued.toLocaleString('en')}</Fact>
        <Fact label="Held">
          <span className={cn(signer.held > 0 && 'text-warning')}>{signer.held.toLocaleString('en')}</span>
        </Fact>
        <Fact label="Stuck" note="over a minute in flight">
          <span className={cn(signer.stuck > 0 && 'text-warning')}>{signer.stuck.toLocaleString('en')}</span>
        </Fact>
      </dl>
      {/* Solana keys have no nonce lane. */}
      {signer.inFlightMax > 0 && <Nonces nonces={signer.nonces} />}
      {signer.heldReason !== null && (
        <p className="border-t px-4 py-2.5 text-xs wrap-anywhere text-warning">Waits: {signer.heldReason}</p>
      )}
    </Card>
  )
}

function Fact({ label, note, children }: { label: string; note?: ReactNode; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted-foreground">{label}</dt>
      <dd className="font-medium tabular-nums">
        {children}
        {note !== undefined && <span className="block text-xs font-normal text-muted-foreground">{note}</span>}
      </dd>
    </div>
  )
}

function State({ signer }: { signer: SignerView }) {
  if (signer.balance === null) return <Badge tone="neutral">network not reached</Badge>
  if (signer.balance.base === '0') return <Badge tone="danger">no gas</Badge>
  if (signer.stuck > 0) return <Badge tone="warning">stuck</Badge>
  if (signer.held > 0) return <Badge tone="warning">held</Badge>
  return null
}

function Days({ signer: { daysLeft: days } }: { signer: SignerView }) {
  const words = daysLeft(days)
  if (words === undefined) return <span title="None of its transactions was included in the last seven days">–</span>
  return <span className={cn(days !== null && days < lowDays && 'text-warning')}>{words}</span>
}

function Oldest({ signer: { oldestInFlightAt, stuck } }: { signer: SignerView }) {
  if (oldestInFlightAt === null) return 'none'
  return (
    <span className={cn(stuck > 0 && 'text-warning')}>
      oldest <Time at={oldestInFlightAt} />
    </span>
  )
}

/** The next nonce of the chain, of the pool and of ours. They are equal if no transaction is in flight. */
function Nonces({ nonces }: { nonces: SignerView['nonces'] }) {
  const { mined, pending, ours, missing } = nonces
  return (
    <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1 border-t px-4 py-2.5 text-xs text-muted-foreground">
      <span className="font-medium text-foreground">Next nonce</span>
      <span>
        on chain <Count value={mined} />
      </span>
      <span>
        with the pool <Count value={pending} />
      </span>
      <span>
        ours <Count value={ours} />
      </span>
      {missing !== null && missing > 0 && (
        <span className="text-warning">
          {missing.toLocaleString('en')} that we handed out {missing === 1 ? 'is' : 'are'} not in the pool
        </span>
      )}
    </div>
  )
}

function Count({ value }: { value: string | null }) {
  return <span className="font-mono text-foreground">{value ?? '–'}</span>
}
