'use client'

import { ActionButton } from '../form/action-button'
import type { Outcome } from '../outcome'

/** Accepts an invitation and opens the dashboard. */
export function AcceptInvitation({ accept }: { accept: () => Promise<Outcome<null>> }) {
  return (
    <div>
      <ActionButton
        variant="default"
        size="lg"
        act={accept}
        busyLabel="Joining…"
        onDone={() => window.location.assign('/')}
      >
        Join the shop
      </ActionButton>
    </div>
  )
}
