'use client'

import { toast } from 'sonner'
import { ActionButton } from '../form/action-button'
import type { Outcome } from '../outcome'

/** Ends one session, or all others. */
export function EndSession({ label, end }: { label: string; end: () => Promise<Outcome<number>> }) {
  return (
    <ActionButton
      size="sm"
      act={end}
      onDone={(count) => toast.success(count === 1 ? 'One session ended.' : `${count} sessions ended.`)}
    >
      {label}
    </ActionButton>
  )
}
