'use client'

import { ArrowDownToLine, CircleAlert, CircleX, Clock } from 'lucide-react'
import { Address } from '../address'
import { Amount } from '../amount'
import { Facts } from '../facts'
import { Hash } from '../hash'
import type { Outcome } from '../outcome'
import { CautionLine, DoneLine, Line, SimulatedActions, type SimulatedAction } from '../simulated-action'

export type Kind = 'settle' | 'close'

/** What an action would do on the chain of now. Amounts are decimal strings of base units. */
export type ActionPreview =
  | { possible: false; reason: string }
  | {
      possible: true
      /** What the payee would get. */
      paysBase: string
      /** The part of it that the agent has not spent yet: it stays the agent's credit. */
      excessBase: string
      /** What the payer would get back; null if the channel stays open. */
      refundsBase: string | null
      /** Gas of the call alone. */
      gas: string
    }

export type ActionResult =
  | { kind: 'done'; paidBase: string | null; txHash: string | null }
  | { kind: 'failed'; reason: string }
  /** Broadcast, outcome not known yet; the background tracks it. */
  | { kind: 'unknown'; txHash: string | null }

type Channel = {
  protocol: 'mpp' | 'x402'
  payee: string
  token: { symbol: string; decimals: number }
  network: { name: string }
}

type Props = {
  channel: Channel
  /** Whether an action is possible. A result stays in the dialog after it ends this. */
  live: boolean
  preview: (kind: Kind) => Promise<Outcome<ActionPreview>>
  run: (kind: Kind) => Promise<Outcome<ActionResult>>
}

const descriptions = {
  mpp: {
    settle: 'Shows the contract the agent’s voucher, so that it pays out what was delivered. The channel stays open.',
    close:
      'Pays out what was delivered, returns the rest, and ends the session. The agent has to open another channel.',
  },
  x402: {
    settle:
      'Claims exactly what was delivered, under the agent’s highest voucher, and moves it to you. The channel stays open.',
    close: 'Claims what was delivered, moves it to you, and refunds the rest. The agent can fill the channel again.',
  },
}

const actionsOf = ({ protocol }: Channel): SimulatedAction<Kind>[] => [
  {
    kind: 'settle',
    icon: ArrowDownToLine,
    label: 'Settle now',
    title: 'Settle now',
    description: descriptions[protocol].settle,
    busyLabel: 'Settling…',
  },
  {
    kind: 'close',
    icon: CircleX,
    label: 'Close channel',
    title: 'Close channel',
    description: descriptions[protocol].close,
    busyLabel: 'Closing…',
    isDestructive: true,
  },
]

/** Settle now and close, each simulated before it runs. */
export function ChannelActions({ channel, live, preview, run }: Props) {
  return (
    <SimulatedActions
      actions={actionsOf(channel)}
      live={live}
      preview={preview}
      run={run}
      leaveLabel="Cancel"
      showPreview={(shown, kind) => <Preview kind={kind} preview={shown} channel={channel} />}
      showResult={(result, kind) => <Result kind={kind} result={result} decimals={channel.token.decimals} />}
      goLabel={(shown, kind) => {
        if (!shown.possible) return null
        if (kind === 'close') return 'Close channel'
        return (
          <>
            Settle <Amount base={shown.paysBase} decimals={channel.token.decimals} />
          </>
        )
      }}
    />
  )
}

function Preview({ kind, preview, channel }: { kind: Kind; preview: ActionPreview; channel: Channel }) {
  if (!preview.possible)
    return (
      <CautionLine>
        <span className="font-medium">Not now.</span> {preview.reason}
      </CautionLine>
    )
  const { decimals, symbol } = channel.token
  const money = (base: string) => <Amount base={base} decimals={decimals} className="font-semibold" />
  return (
    <div className="flex flex-col gap-3">
      <p>
        The simulation on {channel.network.name} succeeds. It pays {money(preview.paysBase)} to you
        {preview.refundsBase === null ? '.' : <> and gives {money(preview.refundsBase)} back to the payer.</>}
        {preview.excessBase !== '0' && (
          <> {money(preview.excessBase)} of it is not spent yet: it stays the agent’s credit.</>
        )}
        {kind === 'close' && channel.protocol === 'mpp' && ' After that the channel cannot be used again.'}
      </p>
      <Facts
        facts={[
          { label: 'Paid to', value: <Address value={channel.payee} label="pay-to address" /> },
          { label: 'Token', value: symbol },
          { label: 'Gas, simulated', value: Number(preview.gas).toLocaleString('en') },
        ]}
      />
    </div>
  )
}

function Result({ result, kind, decimals }: { result: ActionResult; kind: Kind; decimals: number }) {
  if (result.kind === 'failed')
    return (
      <Line icon={CircleAlert} tone="text-destructive">
        <span className="font-medium">It did not happen.</span> {result.reason}
      </Line>
    )
  const hash = result.txHash !== null && <Hash value={result.txHash} label="transaction hash" />
  if (result.kind === 'unknown')
    return (
      <Line icon={Clock} tone="text-info">
        The transaction is sent and its outcome is not known yet. The server tracks it: do not repeat the action. {hash}
      </Line>
    )
  return (
    <DoneLine>
      {result.paidBase === null ? null : (
        <>
          <Amount base={result.paidBase} decimals={decimals} className="font-semibold" /> paid out.{' '}
        </>
      )}
      {kind === 'close' ? 'The channel is closed.' : 'The channel stays open.'} {hash}
    </DoneLine>
  )
}
