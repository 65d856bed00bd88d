'use client'

import { toast } from 'sonner'
import { ActionButton } from '../form/action-button'
import type { Outcome } from '../outcome'

/** Removes a passkey. */
export function RemovePasskey({ device, remove }: { device: string; remove: () => Promise<Outcome<null>> }) {
  return (
    <ActionButton
      size="sm"
      aria-label={`Remove the passkey of ${device}`}
      act={remove}
      onDone={() => toast.success('The passkey is removed.')}
    >
      Remove
    </ActionButton>
  )
}
