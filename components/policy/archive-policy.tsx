'use client'

import { ConfirmDialog } from '../form/confirm-dialog'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

/** Takes a policy out of use after a question. */
export function ArchivePolicy({ name, archive }: { name: string; archive: () => Promise<Outcome<null>> }) {
  return (
    <ConfirmDialog
      trigger={<Button variant="outline">Archive</Button>}
      title={`Archive “${name}”?`}
      description="Keys and resources under this policy can execute nothing more. Transactions that it has allowed continue."
      submitLabel="Archive"
      isDestructive
      act={archive}
      done={`The policy “${name}” is archived.`}
    />
  )
}
