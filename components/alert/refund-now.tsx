'use client'

import { Undo2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { toast } from 'sonner'
import { ActionButton } from '../form/action-button'
import type { Outcome } from '../outcome'

/** Refunds everything that is left of a payment that the card's issuer warned about. */
export function RefundNow({ act }: { act: () => Promise<Outcome<{ id: string }>> }) {
  const router = useRouter()
  return (
    <ActionButton
      size="sm"
      busyLabel="Requesting…"
      act={act}
      onDone={() => {
        toast.success('The refund is requested. The page of the payment shows when it is paid.')
        router.refresh()
      }}
    >
      <Undo2 aria-hidden /> Refund now
    </ActionButton>
  )
}
