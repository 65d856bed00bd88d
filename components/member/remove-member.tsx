'use client'

import { ConfirmDialog } from '../form/confirm-dialog'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

type Props = { address: string; remove: () => Promise<Outcome<{ left: boolean }>> }

/** Removes a member after a question. */
export function RemoveMember({ address, remove }: Props) {
  return (
    <ConfirmDialog
      trigger={
        <Button variant="outline" size="sm" aria-label={`Remove ${address}`}>
          Remove
        </Button>
      }
      title="Remove this member?"
      description={`${address} can no longer open the shop, and its sessions here end at once.`}
      submitLabel="Remove"
      isDestructive
      act={remove}
      done="The member is removed."
    />
  )
}
