'use client'

import { useRouter } from 'next/navigation'
import { useState, useTransition } from 'react'
import { toast } from 'sonner'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'
import {
  Dialog,
  DialogClose,
  DialogContent,
  DialogDescription,
  DialogFooter,
  DialogHeader,
  DialogTitle,
  DialogTrigger,
} from '../ui/dialog'
import { PriceWords } from './price-words'

type Props = { revision: number; words: readonly string[]; restore: () => Promise<Outcome<null>> }

/** Back to an older price, after a look at it. */
export function RestorePrice({ revision, words, restore }: Props) {
  const router = useRouter()
  const [open, setOpen] = useState(false)
  const [busy, start] = useTransition()

  function confirm() {
    start(async () => {
      const outcome = await restore()
      if (!outcome.ok) {
        toast.error(outcome.message)
        return
      }
      setOpen(false)
      toast.success(`Sold at the price of version ${revision} again`)
      router.refresh()
    })
  }

  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogTrigger render={<Button variant="outline" size="sm" />}>
        Sell at this again<span className="sr-only">, version {revision}</span>
      </DialogTrigger>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>Back to the price of version {revision}?</DialogTitle>
          <DialogDescription>
            It becomes a new version, at once. Where the money goes stays as it is, and quotes that agents have already
            keep their price for five minutes.
          </DialogDescription>
        </DialogHeader>
        <PriceWords words={words} className="my-4 rounded-md border p-3" />
        <DialogFooter>
          <DialogClose render={<Button variant="ghost" />}>Cancel</DialogClose>
          <Button onClick={confirm} disabled={busy}>
            {busy ? 'Changing…' : 'Sell at this price'}
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}
