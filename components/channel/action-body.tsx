'use client'

import { CircleAlert, CircleCheck, Clock, LoaderCircle, type LucideIcon } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useEffect, useState, type ReactNode } from 'react'
import { Address } from '../address'
import { Amount } from '../amount'
import { Facts } from '../facts'
import { Hash } from '../hash'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'
import { cn } from '../ui/cn'
import { DialogFooter } from '../ui/dialog'

export type Kind = 'settle' | 'close'

/** What an action would do, tried against the chain as it stands. Amounts are decimal strings of base units. */
export type ActionPreview =
  | { possible: false; reason: string }
  | {
      possible: true
      /** What the payee would get. */
      paysBase: string
      /** What of it the agent has not spent yet: it stays its credit. */
      excessBase: string
      /** What the payer would get back; null when the channel stays open. */
      refundsBase: string | null
      /** Of the call on its own. */
      gas: string
    }

export type ActionResult =
  | { kind: 'done'; paidBase: string | null; txHash: string | null }
  | { kind: 'failed'; reason: string }
  /** Handed to the chain; the background goes on. */
  | { kind: 'unknown'; txHash: string | null }

export type ActionProps = {
  channel: {
    protocol: 'mpp' | 'x402'
    payee: string
    token: { symbol: string; decimals: number }
    network: { name: string }
  }
  preview: (kind: Kind) => Promise<Outcome<ActionPreview>>
  run: (kind: Kind) => Promise<Outcome<ActionResult>>
}

type Props = ActionProps & { kind: Kind; onBusy: (busy: boolean) => void; onEnd: () => void }

type State =
  | { at: 'simulating' }
  | { at: 'asking'; preview: ActionPreview }
  | { at: 'running'; preview: ActionPreview }
  | { at: 'ended'; result: ActionResult }
  | { at: 'error'; message: string }

/** One action from its simulation to its result. */
export function ActionBody({ kind, channel, preview, run, onBusy, onEnd }: Props) {
  const router = useRouter()
  const [state, setState] = useState<State>({ at: 'simulating' })
  const [tries, setTries] = useState(0)
  // The page is read again while this is open and brings a new function for the same thing: no reason to simulate again.
  const [simulate] = useState(() => () => preview(kind))

  useEffect(() => {
    let mine = true
    void (async () => {
      const outcome = await simulate().catch(() => undefined)
      if (!mine) return
      if (outcome?.ok) setState({ at: 'asking', preview: outcome.value })
      else setState({ at: 'error', message: outcome?.message ?? 'The server cannot be reached.' })
    })()
    return () => {
      mine = false
    }
  }, [simulate, tries])

  async function go(shown: ActionPreview) {
    setState({ at: 'running', preview: shown })
    onBusy(true)
    const outcome = await run(kind).catch(() => undefined)
    onBusy(false)
    if (outcome?.ok) setState({ at: 'ended', result: outcome.value })
    else
      setState({
        at: 'error',
        message: outcome?.message ?? 'The server did not answer. Whether it was done is shown on the page.',
      })
    router.refresh()
  }

  function again() {
    setState({ at: 'simulating' })
    setTries(tries + 1)
  }

  return (
    <>
      <div aria-live="polite" className="min-h-24">
        {state.at === 'simulating' && (
          <Line icon={LoaderCircle} spin>
            Simulating against the chain…
          </Line>
        )}
        {(state.at === 'asking' || state.at === 'running') && (
          <Words kind={kind} preview={state.preview} channel={channel} />
        )}
        {state.at === 'ended' && <Result result={state.result} kind={kind} decimals={channel.token.decimals} />}
        {state.at === 'error' && (
          <Line icon={CircleAlert} tone="text-destructive">
            {state.message}
          </Line>
        )}
      </div>
      <DialogFooter>
        <Button variant="ghost" disabled={state.at === 'running'} onClick={onEnd}>
          {state.at === 'ended' ? 'Done' : 'Cancel'}
        </Button>
        {state.at === 'error' && (
          <Button variant="outline" onClick={again}>
            Simulate again
          </Button>
        )}
        {(state.at === 'asking' || state.at === 'running') && state.preview.possible && (
          <Button
            variant={kind === 'close' ? 'destructive' : 'default'}
            disabled={state.at === 'running'}
            onClick={() => void go(state.preview)}
          >
            {state.at === 'running' ? (
              <>
                <LoaderCircle aria-hidden className="animate-spin" /> {kind === 'close' ? 'Closing…' : 'Settling…'}
              </>
            ) : kind === 'close' ? (
              'Close channel'
            ) : (
              <>
                Settle <Amount base={state.preview.paysBase} decimals={channel.token.decimals} />
              </>
            )}
          </Button>
        )}
      </DialogFooter>
    </>
  )
}

function Words({ kind, preview, channel }: { kind: Kind; preview: ActionPreview; channel: Props['channel'] }) {
  if (!preview.possible)
    return (
      <Line icon={CircleAlert} tone="text-warning">
        <span className="font-medium">Not now.</span> {preview.reason}
      </Line>
    )
  const { decimals, symbol } = channel.token
  const money = (base: string) => <Amount base={base} decimals={decimals} className="font-semibold" />
  return (
    <div className="flex flex-col gap-3">
      <p>
        The contract on {channel.network.name} takes it. It pays {money(preview.paysBase)} to you
        {preview.refundsBase === null ? '.' : <> and gives {money(preview.refundsBase)} back to the payer.</>}
        {preview.excessBase !== '0' && (
          <> {money(preview.excessBase)} of it is not spent yet: it stays the agent’s credit.</>
        )}
        {kind === 'close' && channel.protocol === 'mpp' && ' After that the channel is gone for good.'}
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
        It is with the chain, and its outcome is not known yet. It is tracked until it is: there is nothing to repeat.{' '}
        {hash}
      </Line>
    )
  return (
    <Line icon={CircleCheck} tone="text-success">
      {result.paidBase === null ? null : (
        <>
          <Amount base={result.paidBase} decimals={decimals} className="font-semibold" /> paid out.{' '}
        </>
      )}
      {kind === 'close' ? 'The channel is closed.' : 'The channel stays open.'} {hash}
    </Line>
  )
}

type LineProps = { icon: LucideIcon; tone?: string; spin?: boolean; children: ReactNode }

function Line({ icon: Icon, tone = 'text-muted-foreground', spin = false, children }: LineProps) {
  return (
    <div className="flex gap-2.5">
      <Icon aria-hidden className={cn('mt-0.5 size-4 shrink-0', tone, spin && 'animate-spin')} />
      <p className="min-w-0 wrap-anywhere">{children}</p>
    </div>
  )
}
