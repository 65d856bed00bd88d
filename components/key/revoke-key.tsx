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

type Props = { name: string; revoke: () => Promise<Outcome<null>> }

/** Ends a key, after asking. */
export function RevokeKey({ name, revoke }: Props) {
  const ready = useHydrated()
  const [busy, start] = useTransition()
  const act = () =>
    start(async () => {
      const outcome = await revoke()
      if (outcome.ok) toast.success(`The key “${name}” is revoked.`)
      else toast.error(outcome.message)
    })
  return (
    <Dialog>
      <DialogTrigger
        render={<Button variant="outline" size="sm" disabled={!ready || busy} aria-label={`Revoke ${name}`} />}
      >
        Revoke
      </DialogTrigger>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>Revoke “{name}”?</DialogTitle>
          <DialogDescription>
            Its next request is refused, and it cannot be brought back. Transactions that it asked for go on.
          </DialogDescription>
        </DialogHeader>
        <DialogFooter>
          <DialogClose render={<Button variant="ghost" />}>Cancel</DialogClose>
          <DialogClose render={<Button variant="destructive" onClick={act} />}>Revoke</DialogClose>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}
