'use client'

import { Anchor } from 'lucide-react'
import { useTransition } from 'react'
import { toast } from 'sonner'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

type Props = { anchor(): Promise<Outcome<{ size: string; network: string }>> }

/** Writes the newest checkpoint on chain. */
export function AnchorButton({ anchor }: Props) {
  const [busy, start] = useTransition()
  const act = () =>
    start(async () => {
      const outcome = await anchor()
      if (!outcome.ok) toast.error(outcome.message)
      else toast.success(`The checkpoint at ${outcome.value.size} leaves is on its way to ${outcome.value.network}.`)
    })
  return (
    <Button variant="outline" size="sm" disabled={busy} onClick={act}>
      <Anchor aria-hidden /> Anchor now
    </Button>
  )
}
