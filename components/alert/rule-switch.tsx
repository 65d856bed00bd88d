'use client'

import { useOptimistic, useTransition } from 'react'
import { toast } from 'sonner'
import type { Outcome } from '../outcome'
import { Switch } from '../ui/switch'

type Props = { words: string; enabled: boolean; setStatus: (enabled: boolean) => Promise<Outcome<null>> }

/** Switches a rule on or off. */
export function RuleSwitch({ words, enabled, setStatus }: Props) {
  const [shown, show] = useOptimistic(enabled)
  const [, start] = useTransition()
  return (
    <Switch
      aria-label={words}
      checked={shown}
      onCheckedChange={(next) =>
        start(async () => {
          show(next)
          const outcome = await setStatus(next)
          if (!outcome.ok) toast.error(outcome.message)
        })
      }
      className="mt-0.5"
    />
  )
}
