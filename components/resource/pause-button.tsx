'use client'

import { Pause, Play } from 'lucide-react'
import { useTransition } from 'react'
import { toast } from 'sonner'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

type Props = { status: 'live' | 'paused'; setStatus: (status: 'live' | 'paused') => Promise<Outcome<null>> }

/** Takes the resource off sale, or puts it back. */
export function PauseButton({ status, setStatus }: Props) {
  const [busy, start] = useTransition()
  const live = status === 'live'
  const act = () =>
    start(async () => {
      const outcome = await setStatus(live ? 'paused' : 'live')
      if (!outcome.ok) toast.error(outcome.message)
      else toast.success(live ? 'Paused: agents now get 404.' : 'Back on sale.')
    })
  return (
    <Button variant="outline" disabled={busy} onClick={act}>
      {live ? <Pause aria-hidden /> : <Play aria-hidden />}
      {live ? 'Pause' : 'Resume'}
    </Button>
  )
}
