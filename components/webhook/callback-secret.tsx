'use client'

import { useState, useTransition } from 'react'
import { toast } from 'sonner'
import type { Outcome } from '../outcome'
import { ShownOnce } from '../shown-once'
import { Button } from '../ui/button'

/** The secret that callbacks are signed with, when it is asked for. */
export function CallbackSecret({ reveal }: { reveal: () => Promise<Outcome<{ secret: string }>> }) {
  const [secret, setSecret] = useState<string>()
  const [busy, start] = useTransition()
  const act = () =>
    start(async () => {
      const outcome = await reveal()
      if (outcome.ok) setSecret(outcome.value.secret)
      else toast.error(outcome.message)
    })
  if (secret)
    return (
      <ShownOnce value={secret} label="callback secret">
        It changes only when the installation changes its ENCRYPTION_SECRET.
      </ShownOnce>
    )
  return (
    <Button variant="outline" disabled={busy} onClick={act}>
      Show the secret
    </Button>
  )
}
