import type { ReactNode } from 'react'
import type { EventRow } from '@/lib/audit'
import type { TransactionView } from '@/lib/execution'
import { transactionUrl } from '../explorer'
import { Gwei } from '../gas'
import { Hash } from '../hash'
import { Time } from '../time'
import { Badge } from '../ui/badge'

type Props = {
  attempt: TransactionView.AttemptView
  transaction: TransactionView.TransactionDetail
  events: readonly EventRow[]
}

/** One signed broadcast: its fees, the nodes it was sent to, and their answers. One line if another attempt was included. */
export function AttemptBody({ attempt, transaction, events }: Props) {
  const { hash, maxFeePerGasWei, tipPerGasWei, gas, broadcasts } = attempt
  const isRaw = transaction.kind === 'raw'
  const isSuperseded = hash !== transaction.hash && attempt !== transaction.attemptList.at(-1)
  return (
    <div className="flex flex-col gap-1.5 text-xs">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Hash value={hash} label="transaction hash" {...transactionUrl(transaction.network, hash)} />
        {hash === transaction.hash && <Badge tone="success">Included</Badge>}
        {attempt.kind === 'cancel' && <Badge tone="warning">Cancels</Badge>}
        {attempt.private && <Badge tone="brand">Private</Badge>}
        {attempt.legacy && <Badge>Legacy</Badge>}
        {isSuperseded && !isRaw && (
          <span className="text-muted-foreground">
            at most <Gwei wei={maxFeePerGasWei} />, {attempt.answer ?? 'not sent'}
          </span>
        )}
      </p>
      {!isRaw && !isSuperseded && (
        <dl className="flex flex-wrap gap-x-4 gap-y-1">
          <Fact label="Nonce" value={transaction.nonce ?? '–'} />
          <Fact label={attempt.legacy ? 'Gas price' : 'Max fee'} value={<Gwei wei={maxFeePerGasWei} />} />
          {!attempt.legacy && <Fact label="Tip" value={<Gwei wei={tipPerGasWei} />} />}
          <Fact label="Gas limit" value={Number(gas).toLocaleString('en')} />
        </dl>
      )}
      {!isSuperseded && <Answers attempt={attempt} events={events} />}
      {broadcasts > 1 && !isSuperseded && (
        <p className="text-muted-foreground">
          Sent {broadcasts} times
          {attempt.lastBroadcastAt && (
            <>
              , last <Time at={attempt.lastBroadcastAt} format="absolute" />
            </>
          )}
        </p>
      )}
    </div>
  )
}

function Fact({ label, value }: { label: string; value: ReactNode }) {
  return (
    <div className="flex items-baseline gap-1.5">
      <dt className="text-muted-foreground">{label}</dt>
      <dd className="tabular-nums">{value}</dd>
    </div>
  )
}

/** The answers of nodes to this broadcast, without repetitions. */
function Answers({ attempt: { hash, firstBroadcastAt, answer, endpoint }, events }: Omit<Props, 'transaction'>) {
  const answers = events.flatMap(({ seq, type, at, data }) => {
    const said = (data ?? {}) as Record<string, unknown>
    return type === 'transaction.broadcast' && said['hash'] === hash ? [{ seq, at, said }] : []
  })
  if (answers.length === 0)
    return (
      <p className="text-muted-foreground">
        {firstBroadcastAt === null
          ? 'Not sent yet.'
          : `Sent${endpoint ? ` to ${endpoint}` : ''}: ${answer ?? 'no answer'}`}
      </p>
    )
  return (
    <ul className="flex flex-col gap-0.5">
      {answers.map(({ seq, at, said }) => (
        <li key={seq} className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-medium">{textOf(said['answer'])}</span>
          {said['endpoint'] !== undefined && <span>by {textOf(said['endpoint'])}</span>}
          {![hash, said['answer']].includes(textOf(said['message'])) && (
            <span className="min-w-0 wrap-anywhere text-muted-foreground">{textOf(said['message'])}</span>
          )}
          <Time at={at} format="absolute" className="ml-auto text-muted-foreground max-sm:hidden" />
        </li>
      ))}
    </ul>
  )
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
