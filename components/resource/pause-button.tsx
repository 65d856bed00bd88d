'use client'

import { Pause, Play } from 'lucide-react'
import { toast } from 'sonner'
import { ActionButton } from '../form/action-button'
import type { Outcome } from '../outcome'

type Props = { status: 'live' | 'paused'; setStatus: (status: 'live' | 'paused') => Promise<Outcome<null>> }

/** Takes the resource off sale, or puts it back. */
export function PauseButton({ status, setStatus }: Props) {
  const live = status === 'live'
  return (
    <ActionButton
      act={() => setStatus(live ? 'paused' : 'live')}
      onDone={() => toast.success(live ? 'Paused: agents now get 404.' : 'Back on sale.')}
    >
      {live ? <Pause aria-hidden /> : <Play aria-hidden />} {live ? 'Pause' : 'Resume'}
    </ActionButton>
  )
}
