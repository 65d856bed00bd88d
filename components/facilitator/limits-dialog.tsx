'use client'

import { useState, useTransition, type FormEvent } from 'react'
import { toast } from 'sonner'
import type { FieldError } from '@/lib/errors'
import type { CallerLimits } from '@/lib/facilitator'
import { CheckGroup } from '../check-group'
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
import { describedBy, Field } from '../ui/field'
import { Input } from '../ui/input'
import { useHydrated } from '../use-hydrated'

type Choice = { value: string; label: string }

type Props = {
  name: string
  initial: CallerLimits.CallerLimitsInput
  networks: readonly Choice[]
  assets: readonly Choice[]
  save: (input: CallerLimits.CallerLimitsInput) => Promise<Outcome<null>>
}

/** Edits what one key may have facilitated. */
export function LimitsDialog({ name, initial, networks, assets, save }: Props) {
  const ready = useHydrated()
  const [open, setOpen] = useState(false)
  const [chosen, setChosen] = useState({ networks: initial.networks, assets: initial.assets })
  const [errors, setErrors] = useState<readonly FieldError[]>([])
  const [busy, start] = useTransition()
  const errorOf = (field: string) => errors.find((error) => error.field === field)?.message
  const aria = (field: string, hint = false) =>
    describedBy(`limits-${field}`, { hint, error: errorOf(field) !== undefined })

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const text = (field: string) => String(data.get(field) ?? '')
    start(async () => {
      const outcome = await save({
        requestsPerSecond: text('requestsPerSecond'),
        gasPerDay: text('gasPerDay'),
        dollarsPerDay: text('dollarsPerDay'),
        ...chosen,
      })
      if (outcome.ok) {
        setOpen(false)
        toast.success('The limits are changed.')
        return
      }
      setErrors(outcome.fields)
      if (outcome.fields.length === 0) toast.error(outcome.message)
    })
  }

  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next)
        setErrors([])
        if (next) setChosen({ networks: initial.networks, assets: initial.assets })
      }}
    >
      <DialogTrigger
        render={<Button variant="outline" size="sm" disabled={!ready} aria-label={`Edit the limits of ${name}`} />}
      >
        Edit limits
      </DialogTrigger>
      <DialogContent>
        <form onSubmit={submit} noValidate>
          <DialogHeader>
            <DialogTitle>Limits of “{name}”</DialogTitle>
            <DialogDescription>They count from its next request on.</DialogDescription>
          </DialogHeader>
          <div className="flex flex-col gap-4">
            <Field id="limits-requestsPerSecond" label="Requests a second" error={errorOf('requestsPerSecond')}>
              <Input
                id="limits-requestsPerSecond"
                name="requestsPerSecond"
                {...aria('requestsPerSecond')}
                defaultValue={initial.requestsPerSecond}
                inputMode="numeric"
              />
            </Field>
            <Field id="limits-dollarsPerDay" label="Dollars a day" error={errorOf('dollarsPerDay')}>
              <Input
                id="limits-dollarsPerDay"
                name="dollarsPerDay"
                {...aria('dollarsPerDay')}
                defaultValue={initial.dollarsPerDay}
                inputMode="decimal"
              />
            </Field>
            <Field
              id="limits-gasPerDay"
              label="Gas a day, on each network"
              hint="In the network’s coin: 0.01 is 0.01 ETH on Base."
              error={errorOf('gasPerDay')}
            >
              <Input
                id="limits-gasPerDay"
                name="gasPerDay"
                {...aria('gasPerDay', true)}
                defaultValue={initial.gasPerDay}
                inputMode="decimal"
              />
            </Field>
            <CheckGroup
              legend="Networks"
              hint="None chosen: all."
              error={errorOf('networks')}
              options={networks}
              value={chosen.networks}
              onChange={(next) => setChosen({ ...chosen, networks: next })}
            />
            <CheckGroup
              legend="Assets"
              hint="None chosen: all."
              error={errorOf('assets')}
              options={assets}
              value={chosen.assets}
              onChange={(next) => setChosen({ ...chosen, assets: next })}
            />
          </div>
          <DialogFooter>
            <DialogClose render={<Button variant="ghost" />}>Cancel</DialogClose>
            <Button type="submit" disabled={busy}>
              Save limits
            </Button>
          </DialogFooter>
        </form>
      </DialogContent>
    </Dialog>
  )
}
