'use client'

import { ConfirmDialog } from '../form/confirm-dialog'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

type Props = { name: string; revoke: () => Promise<Outcome<null>> }

/** Revokes a key after a question. */
export function RevokeKey({ name, revoke }: Props) {
  return (
    <ConfirmDialog
      trigger={
        <Button variant="outline" size="sm" aria-label={`Revoke ${name}`}>
          Revoke
        </Button>
      }
      title={`Revoke “${name}”?`}
      description="Its next request is refused, and a revoked key cannot be restored. Transactions that it has requested continue."
      submitLabel="Revoke"
      isDestructive
      act={revoke}
      done={`The key “${name}” is revoked.`}
    />
  )
}
