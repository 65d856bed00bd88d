'use client'

import { useRouter } from 'next/navigation'
import { ConfirmDialog } from '../form/confirm-dialog'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'
import { PriceWords } from './price-words'

type Props = { revision: number; words: readonly string[]; restore: () => Promise<Outcome<null>> }

/** Returns to an older price, which the dialog shows first. */
export function RestorePrice({ revision, words, restore }: Props) {
  const router = useRouter()
  return (
    <ConfirmDialog
      trigger={
        <Button variant="outline" size="sm">
          Sell at this again<span className="sr-only">, version {revision}</span>
        </Button>
      }
      title={`Back to the price of version ${revision}?`}
      description="It becomes a new version at once. Payout addresses stay as they are, and quotes that agents already have keep their price for five minutes."
      submitLabel="Sell at this price"
      busyLabel="Changing…"
      act={restore}
      onSaved={() => router.refresh()}
      done={`The price is that of version ${revision} again.`}
    >
      <PriceWords words={words} className="rounded-md border p-3" />
    </ConfirmDialog>
  )
}
