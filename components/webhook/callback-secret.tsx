'use client'

import { useState } from 'react'
import { ActionButton } from '../form/action-button'
import type { Outcome } from '../outcome'
import { ShownOnce } from '../shown-once'

/** Shows the secret that signs callbacks, after a click. */
export function CallbackSecret({ reveal }: { reveal: () => Promise<Outcome<{ secret: string }>> }) {
  const [secret, setSecret] = useState<string>()
  if (secret === undefined)
    return (
      <ActionButton act={reveal} onDone={(value) => setSecret(value.secret)}>
        Show the secret
      </ActionButton>
    )
  return (
    <ShownOnce value={secret} label="callback secret">
      It changes only if the installation changes its ENCRYPTION_SECRET.
    </ShownOnce>
  )
}
