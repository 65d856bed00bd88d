'use client'

import { useOptimistic, useTransition, type ComponentProps } from 'react'
import { toast } from 'sonner'
import type { Outcome } from '../outcome'
import { runSignedIn } from '../sign-in/again'
import { Button } from '../ui/button'
import { Switch } from '../ui/switch'
import { useHydrated } from '../use-hydrated'

type Props<Value> = Omit<ComponentProps<typeof Button>, 'onClick' | 'disabled'> & {
  act: () => Promise<Outcome<Value>>
  onDone: (value: Value) => void
  /** Shown instead of the children while the action runs. */
  busyLabel?: string
}

/** Runs a server action at a click. A refusal is shown in a toast. */
export function ActionButton<Value>({ act, onDone, busyLabel, children, variant = 'outline', ...props }: Props<Value>) {
  const ready = useHydrated()
  const [busy, start] = useTransition()
  const run = () =>
    start(async () => {
      const outcome = await runSignedIn(act)
      if (outcome.ok) onDone(outcome.value)
      else toast.error(outcome.message)
    })
  return (
    <Button variant={variant} {...props} disabled={!ready || busy} onClick={run}>
      {busy && busyLabel !== undefined ? busyLabel : children}
    </Button>
  )
}

type SwitchProps = { label: string; enabled: boolean; setStatus: (enabled: boolean) => Promise<Outcome<null>> }

/** A switch that a server action follows; it goes back when the action refuses. */
export function ActionSwitch({ label, enabled, setStatus }: SwitchProps) {
  const [shown, show] = useOptimistic(enabled)
  const [, start] = useTransition()
  return (
    <Switch
      aria-label={label}
      checked={shown}
      onCheckedChange={(next) =>
        start(async () => {
          show(next)
          const outcome = await runSignedIn(() => setStatus(next))
          if (!outcome.ok) toast.error(outcome.message)
        })
      }
    />
  )
}
