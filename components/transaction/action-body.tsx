'use client'

import { CircleAlert, CircleCheck, LoaderCircle, type LucideIcon } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useEffect, useState, type ReactNode } from 'react'
import type { ActionPreview, TransactionView } from '@/lib/execution'
import { Facts } from '../facts'
import { Gas, Gwei } from '../gas'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'
import { cn } from '../ui/cn'
import { DialogFooter } from '../ui/dialog'
import type { Parties } from './party'
import { SimulationBody } from './simulation-body'

export type Kind = 'speed-up' | 'cancel' | 'retry'

/** What an action would do, with the units of what would move. */
export type Preview = Omit<ActionPreview, 'simulation'> & { simulation: TransactionView.SimulationView | null }

export type ActionProps = {
  transaction: Parties & { network: { gasSymbol: string; name: string } }
  preview: (kind: Kind) => Promise<Outcome<Preview>>
  /** Answers what was done, in a sentence. */
  run: (kind: Kind) => Promise<Outcome<string>>
}

type Props = ActionProps & { kind: Kind; onBusy: (busy: boolean) => void; onEnd: () => void }

type State =
  | { at: 'simulating' }
  | { at: 'asking' | 'running'; preview: Preview }
  | { at: 'ended'; said: string }
  | { at: 'error'; message: string }

const verbs: Record<Kind, { go: string; busy: string }> = {
  'speed-up': { go: 'Speed up', busy: 'Asking…' },
  cancel: { go: 'Cancel it', busy: 'Cancelling…' },
  retry: { go: 'Try now', busy: 'Trying…' },
}

/** One action from its simulation to what became of it. */
export function ActionBody({ kind, transaction, preview, run, onBusy, onEnd }: Props) {
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

  async function go(shown: Preview) {
    setState({ at: 'running', preview: shown })
    onBusy(true)
    const outcome = await run(kind).catch(() => undefined)
    onBusy(false)
    if (outcome?.ok) setState({ at: 'ended', said: outcome.value })
    else
      setState({
        at: 'error',
        message: outcome?.message ?? 'The server did not answer. Whether it was done is shown on the page.',
      })
    router.refresh()
  }

  const shown = state.at === 'asking' || state.at === 'running' ? state.preview : undefined
  return (
    <>
      <div aria-live="polite" className="min-h-24">
        {state.at === 'simulating' && (
          <Line icon={LoaderCircle} spin>
            Simulating against the chain…
          </Line>
        )}
        {shown && <Words preview={shown} transaction={transaction} />}
        {state.at === 'ended' && (
          <Line icon={CircleCheck} tone="text-success">
            {state.said}
          </Line>
        )}
        {state.at === 'error' && (
          <Line icon={CircleAlert} tone="text-destructive">
            {state.message}
          </Line>
        )}
      </div>
      <DialogFooter>
        <Button variant="ghost" disabled={state.at === 'running'} onClick={onEnd}>
          {state.at === 'ended' ? 'Done' : 'Leave it'}
        </Button>
        {state.at === 'error' && (
          <Button
            variant="outline"
            onClick={() => {
              setState({ at: 'simulating' })
              setTries(tries + 1)
            }}
          >
            Simulate again
          </Button>
        )}
        {shown?.possible && (
          <Button
            variant={kind === 'cancel' ? 'destructive' : 'default'}
            disabled={state.at === 'running'}
            onClick={() => void go(shown)}
          >
            {state.at === 'running' ? (
              <>
                <LoaderCircle aria-hidden className="animate-spin" /> {verbs[kind].busy}
              </>
            ) : (
              verbs[kind].go
            )}
          </Button>
        )}
      </DialogFooter>
    </>
  )
}

function Words({ preview, transaction }: { preview: Preview; transaction: Props['transaction'] }) {
  const { possible, why, simulation, feeNowWei, feeThenWei, maxFeePerGasNowWei, maxFeePerGasThenWei } = preview
  const symbol = transaction.network.gasSymbol
  return (
    <div className="flex flex-col gap-3">
      {why !== '' && (
        <Line icon={CircleAlert} tone="text-warning">
          {!possible && <span className="font-medium">Not now. </span>}
          {why}
        </Line>
      )}
      {feeThenWei !== undefined ? (
        <Facts
          facts={[
            feeNowWei !== undefined && { label: 'Fees now, at most', value: <Gas wei={feeNowWei} symbol={symbol} /> },
            { label: 'Fees then, at most', value: <Gas wei={feeThenWei} symbol={symbol} className="font-semibold" /> },
            maxFeePerGasNowWei !== undefined && { label: 'Max fee now', value: <Gwei wei={maxFeePerGasNowWei} /> },
            maxFeePerGasThenWei !== undefined && { label: 'Max fee then', value: <Gwei wei={maxFeePerGasThenWei} /> },
          ]}
        />
      ) : (
        possible && simulation === null && why === '' && <p>Nothing of it was sent, so this costs nothing.</p>
      )}
      {simulation && (
        <section aria-label="What the call would do now" className="rounded-md border p-3">
          <p className={cn('mb-2 font-medium', !simulation.ok && 'text-destructive')}>
            {simulation.ok ? 'Simulated now: it would succeed.' : 'Simulated now: it would revert.'}
          </p>
          <SimulationBody simulation={simulation} parties={transaction} />
        </section>
      )}
    </div>
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
