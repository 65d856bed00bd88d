'use client'

import { ActionButton } from '../form/action-button'
import type { Outcome } from '../outcome'

/** Opens the dashboard of a merchant in the current session. */
export function OpenMerchant({ name, open }: { name: string; open: () => Promise<Outcome<null>> }) {
  return (
    <ActionButton size="sm" aria-label={`Open ${name}`} act={open} onDone={() => window.location.assign('/')}>
      Open
    </ActionButton>
  )
}
