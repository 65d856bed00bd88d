'use client'

import { ConfirmDialog } from '../form/confirm-dialog'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

/** Removes the signed-in wallet from the shop after a question. */
export function LeaveShop({ name, leave }: { name: string; leave: () => Promise<Outcome<{ left: boolean }>> }) {
  return (
    <ConfirmDialog
      trigger={<Button variant="outline">Leave {name}</Button>}
      title={`Leave ${name}?`}
      description="Your sessions in this shop end. The only owner cannot leave."
      submitLabel="Leave"
      isDestructive
      act={leave}
      onSaved={() => window.location.assign('/')}
    />
  )
}
