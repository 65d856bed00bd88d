'use client'

import { toast } from 'sonner'
import { ActionButton } from '../form/action-button'
import type { Outcome } from '../outcome'

/** Makes an invitation worthless. */
export function RevokeInvitation({ note, revoke }: { note: string; revoke: () => Promise<Outcome<null>> }) {
  return (
    <ActionButton
      size="sm"
      aria-label={note ? `Revoke the invitation for ${note}` : 'Revoke the invitation'}
      act={revoke}
      onDone={() => toast.success('The invitation is revoked.')}
    >
      Revoke
    </ActionButton>
  )
}
