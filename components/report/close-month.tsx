'use client'

import { Lock } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { ConfirmDialog } from '../form/confirm-dialog'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

type Props = { month: string; name: string; act: (month: string) => Promise<Outcome<null>> }

/** Asks, then closes the month. */
export function CloseMonth({ month, name, act }: Props) {
  const router = useRouter()
  return (
    <ConfirmDialog
      trigger={
        <Button>
          <Lock aria-hidden /> Close the month
        </Button>
      }
      title={`Close ${name}?`}
      description="Its journal becomes final: the balances and a digest of every entry are stored and sealed in the audit log. Later refunds of its payments are entries of later months. A closed month cannot be opened again."
      submitLabel="Close the month"
      busyLabel="Closing… A month of many payments takes a while."
      done={`${name} is closed.`}
      act={() => act(month)}
      onSaved={() => router.refresh()}
    />
  )
}
