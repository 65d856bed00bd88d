'use client'

import { useOptimistic, useTransition } from 'react'
import { toast } from 'sonner'
import type { FacilitatorTest } from '@/lib/remote-facilitators'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'
import { Switch } from '../ui/switch'
import { useHydrated } from '../use-hydrated'

type TestProps = { name: string; test: () => Promise<Outcome<FacilitatorTest>> }

/** Asks a facilitator now, and tells how it answered. */
export function TestButton({ name, test }: TestProps) {
  const ready = useHydrated()
  const [busy, start] = useTransition()
  const act = () =>
    start(async () => {
      const outcome = await test()
      if (!outcome.ok) return void toast.error(outcome.message)
      const { ok, latencyMs, detail } = outcome.value
      if (ok) toast.success(`${name} answered after ${latencyMs} ms. ${detail}`)
      else toast.error(`${name}: ${detail}`)
    })
  return (
    <Button variant="outline" size="sm" disabled={!ready || busy} aria-label={`Test ${name} now`} onClick={act}>
      {busy ? 'Asking…' : 'Test now'}
    </Button>
  )
}

type SwitchProps = { name: string; enabled: boolean; setStatus: (enabled: boolean) => Promise<Outcome<null>> }

/** Switches a facilitator on or off. */
export function RemoteFacilitatorSwitch({ name, enabled, setStatus }: SwitchProps) {
  const [shown, show] = useOptimistic(enabled)
  const [, start] = useTransition()
  return (
    <Switch
      aria-label={`${name} is given payments`}
      checked={shown}
      onCheckedChange={(next) =>
        start(async () => {
          show(next)
          const outcome = await setStatus(next)
          if (!outcome.ok) toast.error(outcome.message)
        })
      }
    />
  )
}

type CheckProps = { payment: string; check: () => Promise<Outcome<string>> }

/** Looks at the chain now, and says what it found. */
export function CheckButton({ payment, check }: CheckProps) {
  const ready = useHydrated()
  const [busy, start] = useTransition()
  const act = () =>
    start(async () => {
      const outcome = await check()
      if (outcome.ok) toast.info(outcome.value, { duration: 10_000 })
      else toast.error(outcome.message)
    })
  return (
    <Button
      variant="outline"
      size="sm"
      disabled={!ready || busy}
      aria-label={`Check the chain now for payment ${payment}`}
      onClick={act}
    >
      {busy ? 'Looking…' : 'Check the chain now'}
    </Button>
  )
}
