'use client'

import { ArrowDown, ArrowUp } from 'lucide-react'
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
import { useHydrated } from '../use-hydrated'

export type TargetChoice = { value: string; label: string }

type Props = {
  /** "exact on Base". */
  title: string
  description: string
  targets: readonly string[]
  choices: readonly TargetChoice[]
  save: (targets: readonly string[]) => Promise<Outcome<null>>
}

const local = 'local'

/** Chooses who settles, and in which order they are asked. This server takes every payment, so that it comes last. */
export function RouteDialog({ title, description, targets, choices, save }: Props) {
  const ready = useHydrated()
  const [open, setOpen] = useState(false)
  const [chosen, setChosen] = useState<readonly string[]>(targets)
  const [busy, start] = useTransition()
  const facilitators = chosen.filter((target) => target !== local)
  const rest = choices.filter(({ value }) => value !== local && !facilitators.includes(value))
  const labelOf = (target: string) => choices.find(({ value }) => value === target)?.label ?? target
  const put = (next: readonly string[], withLocal = chosen.includes(local)) =>
    setChosen(withLocal ? [...next, local] : next)

  function move(index: number, by: -1 | 1) {
    const next = [...facilitators]
    const [one] = next.splice(index, 1)
    if (one !== undefined) next.splice(index + by, 0, one)
    put(next)
  }

  function submit() {
    start(async () => {
      const outcome = await save(chosen)
      if (!outcome.ok) return void toast.error(outcome.fields[0]?.message ?? outcome.message)
      setOpen(false)
      toast.success('The route is changed.')
    })
  }

  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next)
        if (next) setChosen(targets)
      }}
    >
      <DialogTrigger
        render={<Button variant="outline" size="sm" disabled={!ready} aria-label={`Edit the route of ${title}`} />}
      >
        Edit order
      </DialogTrigger>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>Who settles {title}?</DialogTitle>
          <DialogDescription>{description}</DialogDescription>
        </DialogHeader>
        <ol className="flex flex-col gap-1.5">
          {facilitators.map((target, index) => (
            <li key={target} className="flex items-center gap-1 rounded-md border px-3 py-1.5">
              <label className="flex min-w-0 flex-1 items-center gap-2">
                <input
                  type="checkbox"
                  checked
                  onChange={() => put(facilitators.filter((other) => other !== target))}
                  className="size-4 accent-brand"
                />
                <span className="truncate">{labelOf(target)}</span>
              </label>
              <Button
                variant="ghost"
                size="icon"
                disabled={index === 0}
                aria-label={`${labelOf(target)} earlier`}
                onClick={() => move(index, -1)}
              >
                <ArrowUp aria-hidden />
              </Button>
              <Button
                variant="ghost"
                size="icon"
                disabled={index === facilitators.length - 1}
                aria-label={`${labelOf(target)} later`}
                onClick={() => move(index, 1)}
              >
                <ArrowDown aria-hidden />
              </Button>
            </li>
          ))}
          {rest.map(({ value, label }) => (
            <li key={value} className="rounded-md border border-dashed px-3 py-2.5">
              <label className="flex items-center gap-2 text-muted-foreground">
                <input
                  type="checkbox"
                  checked={false}
                  onChange={() => put([...facilitators, value])}
                  className="size-4 accent-brand"
                />
                <span className="truncate">{label}</span>
              </label>
            </li>
          ))}
          <li className="rounded-md border px-3 py-2.5">
            <label className="flex items-center gap-2">
              <input
                type="checkbox"
                checked={chosen.includes(local)}
                onChange={({ target }) => put(facilitators, target.checked)}
                className="size-4 accent-brand"
              />
              This server, last
            </label>
          </li>
        </ol>
        <DialogFooter>
          <DialogClose render={<Button variant="ghost" />}>Cancel</DialogClose>
          <Button disabled={busy || chosen.length === 0} onClick={submit}>
            Save order
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}
