'use client'

import { ShieldCheck } from 'lucide-react'
import { useState, useTransition, type FormEvent } from 'react'
import { toast } from 'sonner'
import type { Payer } from '@/lib/payers'
import { CheckGroup } from '../check-group'
import type { Outcome } from '../outcome'
import { SwitchRow } from '../resource/switch-row'
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

type Props = {
  gate: Payer.PayerGate
  resources: readonly { id: string; label: string }[]
  save: (input: Payer.PayerGateInput) => Promise<Outcome<null>>
}

/** Where only allowed payers are served: nowhere, by some resources, or in the whole shop. */
export function GateDialog({ gate, resources, save }: Props) {
  const [open, setOpen] = useState(false)
  const [wholeShop, setWholeShop] = useState(gate.wholeShop)
  const [chosen, setChosen] = useState<readonly string[]>(gate.resourceIds)
  const [busy, start] = useTransition()

  function submit(event: FormEvent) {
    event.preventDefault()
    // One that was deleted meanwhile is gated no more.
    const resourceIds = chosen.filter((id) => resources.some((resource) => resource.id === id))
    start(async () => {
      const outcome = await save({ wholeShop, resourceIds })
      if (!outcome.ok) return void toast.error(outcome.message)
      setOpen(false)
      toast.success('Saved: it holds from the next request on.')
    })
  }

  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next)
        setWholeShop(gate.wholeShop)
        setChosen(gate.resourceIds)
      }}
    >
      <DialogTrigger render={<Button variant="outline" />}>
        <ShieldCheck aria-hidden /> Who may pay
      </DialogTrigger>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>Who may pay</DialogTitle>
          <DialogDescription>
            Where only allowed payers are served, a payment of every other wallet is refused with 403, and nothing is
            charged.
          </DialogDescription>
        </DialogHeader>
        <form onSubmit={submit} className="flex flex-col gap-4">
          <SwitchRow
            label="Only allowed payers, in the whole shop"
            hint="Denied ones are refused either way."
            checked={wholeShop}
            onChange={setWholeShop}
          />
          {!wholeShop && resources.length > 0 && (
            <div className="max-h-64 overflow-y-auto">
              <CheckGroup
                legend="Only allowed payers, by these resources"
                options={resources.map(({ id, label }) => ({ value: id, label }))}
                value={chosen}
                onChange={setChosen}
              />
            </div>
          )}
          <DialogFooter>
            <DialogClose render={<Button variant="outline" />}>Cancel</DialogClose>
            <Button type="submit" disabled={busy}>
              {busy ? 'Saving…' : 'Save'}
            </Button>
          </DialogFooter>
        </form>
      </DialogContent>
    </Dialog>
  )
}
