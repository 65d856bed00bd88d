'use client'

import { Anchor } from 'lucide-react'
import { toast } from 'sonner'
import { ActionButton } from '../form/action-button'
import type { Outcome } from '../outcome'

type Props = { anchor(): Promise<Outcome<{ size: string; network: string }>> }

/** Writes the newest checkpoint on chain. */
export function AnchorButton({ anchor }: Props) {
  return (
    <ActionButton
      size="sm"
      act={anchor}
      onDone={({ size, network }) => toast.success(`The checkpoint at ${size} leaves is on its way to ${network}.`)}
    >
      <Anchor aria-hidden /> Anchor now
    </ActionButton>
  )
}
