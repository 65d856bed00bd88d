'use client'

import { toast } from 'sonner'
import { ActionButton } from '../form/action-button'
import type { Outcome } from '../outcome'

/** Cancels the change of payouts that waits. */
export function CancelPayoutChange({ cancel }: { cancel: () => Promise<Outcome<null>> }) {
  return (
    <p className="mt-1">
      <ActionButton size="sm" act={cancel} onDone={() => toast.success('The change is cancelled.')}>
        Cancel the change
      </ActionButton>
    </p>
  )
}
