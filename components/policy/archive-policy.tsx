'use client'

import { useTransition } from 'react'
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
import { useHydrated } from '../use-hydrated'

/** Takes a policy out of use, after asking. */
export function ArchivePolicy({ name, archive }: { name: string; archive: () => Promise<Outcome<null>> }) {
  const ready = useHydrated()
  const [busy, start] = useTransition()
  const act = () =>
    start(async () => {
      const outcome = await archive()
      if (outcome.ok) toast.success(`The policy “${name}” is archived.`)
      else toast.error(outcome.message)
    })
  return (
    <Dialog>
      <DialogTrigger render={<Button variant="outline" disabled={!ready || busy} />}>Archive</DialogTrigger>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>Archive “{name}”?</DialogTitle>
          <DialogDescription>
            Keys and resources that are held to it may execute nothing more. Transactions that it allowed go on.
          </DialogDescription>
        </DialogHeader>
        <DialogFooter>
          <DialogClose render={<Button variant="ghost" />}>Cancel</DialogClose>
          <DialogClose render={<Button variant="destructive" onClick={act} />}>Archive</DialogClose>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}
