'use client'

import { CircleAlert, CircleCheck, LoaderCircle, type LucideIcon } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useEffect, useState, type ReactNode } from 'react'
import type { Outcome } from './outcome'
import { runSignedIn } from './sign-in/again'
import { Button } from './ui/button'
import { cn } from './ui/cn'
import { Dialog, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from './ui/dialog'
import { useHydrated } from './use-hydrated'

/** An action on chain that is simulated before a person confirms it. */
export type SimulatedAction<Kind extends string> = {
  kind: Kind
  icon: LucideIcon
  label: string
  title: string
  description: string
  busyLabel: string
  disabled?: boolean
  isDestructive?: boolean
}

/** How the actions of one thing are simulated, run and shown. */
type Work<Kind, Preview, Result> = {
  preview: (kind: Kind) => Promise<Outcome<Preview>>
  run: (kind: Kind) => Promise<Outcome<Result>>
  showPreview: (preview: Preview, kind: Kind) => ReactNode
  showResult: (result: Result, kind: Kind) => ReactNode
  /** The label of the button that runs it; null if it is not possible now. */
  goLabel: (preview: Preview, kind: Kind) => ReactNode
  /** The label of the button that leaves without running it. */
  leaveLabel: string
}

type Props<Kind extends string, Preview, Result> = Work<Kind, Preview, Result> & {
  actions: readonly SimulatedAction<Kind>[]
  /** False hides the buttons. A dialog that is open stays, with the result of the last action. */
  live?: boolean
}

/** A button for each action and the dialog that simulates it, asks, runs it and shows the result. */
export function SimulatedActions<Kind extends string, Preview, Result>({
  actions,
  live = true,
  ...work
}: Props<Kind, Preview, Result>) {
  const ready = useHydrated()
  const [action, setAction] = useState(actions[0])
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  return (
    <>
      {live &&
        actions.map((one) => (
          <Button
            key={one.kind}
            variant="outline"
            disabled={!ready || one.disabled === true}
            onClick={() => {
              setAction(one)
              setOpen(true)
            }}
          >
            <one.icon aria-hidden /> {one.label}
          </Button>
        ))}
      {/* A running action continues without the dialog, so the dialog cannot be closed: closing it would stop nothing. */}
      <Dialog open={open} onOpenChange={(next) => !busy && setOpen(next)}>
        <DialogContent closable={!busy}>
          {action && (
            <>
              <DialogHeader>
                <DialogTitle>{action.title}</DialogTitle>
                <DialogDescription>{action.description}</DialogDescription>
              </DialogHeader>
              <ActionBody
                key={`${action.kind}-${String(open)}`}
                action={action}
                {...work}
                onBusy={setBusy}
                onEnd={() => setOpen(false)}
              />
            </>
          )}
        </DialogContent>
      </Dialog>
    </>
  )
}

type State<Preview, Result> =
  | { at: 'simulating' }
  | { at: 'asking' | 'running'; preview: Preview }
  | { at: 'ended'; result: Result }
  | { at: 'error'; message: string }

type BodyProps<Kind extends string, Preview, Result> = Work<Kind, Preview, Result> & {
  action: SimulatedAction<Kind>
  onBusy: (busy: boolean) => void
  onEnd: () => void
}

function ActionBody<Kind extends string, Preview, Result>(props: BodyProps<Kind, Preview, Result>) {
  const { action, showPreview, showResult, goLabel, leaveLabel, onEnd } = props
  const { state, go, again } = useSimulatedAction(props)
  const shown = state.at === 'asking' || state.at === 'running' ? state.preview : undefined
  const label = shown !== undefined && goLabel(shown, action.kind)
  return (
    <>
      <div aria-live="polite" className="min-h-24">
        {state.at === 'simulating' && (
          <Line icon={LoaderCircle} spin>
            Simulating against the chain…
          </Line>
        )}
        {shown !== undefined && showPreview(shown, action.kind)}
        {state.at === 'ended' && showResult(state.result, action.kind)}
        {state.at === 'error' && (
          <Line icon={CircleAlert} tone="text-destructive">
            {state.message}
          </Line>
        )}
      </div>
      <DialogFooter>
        <Button variant="ghost" disabled={state.at === 'running'} onClick={onEnd}>
          {state.at === 'ended' ? 'Done' : leaveLabel}
        </Button>
        {state.at === 'error' && (
          <Button variant="outline" onClick={again}>
            Simulate again
          </Button>
        )}
        {shown !== undefined && label && (
          <Button
            variant={action.isDestructive ? 'destructive' : 'default'}
            disabled={state.at === 'running'}
            onClick={() => void go(shown)}
          >
            {state.at === 'running' ? (
              <>
                <LoaderCircle aria-hidden className="animate-spin" /> {action.busyLabel}
              </>
            ) : (
              label
            )}
          </Button>
        )}
      </DialogFooter>
    </>
  )
}

function useSimulatedAction<Kind extends string, Preview, Result>({
  action: { kind },
  preview,
  run,
  onBusy,
}: BodyProps<Kind, Preview, Result>) {
  const router = useRouter()
  const [state, setState] = useState<State<Preview, Result>>({ at: 'simulating' })
  const [tries, setTries] = useState(0)
  // The page refreshes while the dialog is open and passes a new function each time: no reason to simulate again.
  const [simulate] = useState(() => () => preview(kind))

  useEffect(() => {
    let isCurrent = true
    void (async () => {
      const outcome = await simulate().catch(() => undefined)
      if (!isCurrent) return
      if (outcome?.ok) setState({ at: 'asking', preview: outcome.value })
      else setState({ at: 'error', message: outcome?.message ?? 'The server cannot be reached.' })
    })()
    return () => {
      isCurrent = false
    }
  }, [simulate, tries])

  async function go(shown: Preview) {
    setState({ at: 'running', preview: shown })
    onBusy(true)
    const outcome = await runSignedIn(() => run(kind)).catch(() => undefined)
    onBusy(false)
    const message = outcome?.ok === false ? outcome.message : unanswered
    setState(outcome?.ok ? { at: 'ended', result: outcome.value } : { at: 'error', message })
    router.refresh()
  }

  function again() {
    setState({ at: 'simulating' })
    setTries(tries + 1)
  }

  return { state, go, again }
}

const unanswered = 'The server did not answer. The page shows whether the action ran.'

type LineProps = { icon: LucideIcon; tone?: string; spin?: boolean; children: ReactNode }

/** A sentence with an icon before it. */
export function Line({ icon: Icon, tone = 'text-muted-foreground', spin = false, children }: LineProps) {
  return (
    <div className="flex gap-2.5">
      <Icon aria-hidden className={cn('mt-0.5 size-4 shrink-0', tone, spin && 'animate-spin')} />
      <p className="min-w-0 wrap-anywhere">{children}</p>
    </div>
  )
}

/** The action ran. */
export function DoneLine({ children }: { children: ReactNode }) {
  return (
    <Line icon={CircleCheck} tone="text-success">
      {children}
    </Line>
  )
}

/** The action is not possible, or it was possible with a caveat. */
export function CautionLine({ children }: { children: ReactNode }) {
  return (
    <Line icon={CircleAlert} tone="text-warning">
      {children}
    </Line>
  )
}
