'use client'

import { Plus } from 'lucide-react'
import { useState, useTransition, type FormEvent } from 'react'
import { toast } from 'sonner'
import type { Rule } from '@/lib/alerts'
import type { FieldError } from '@/lib/errors'
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
import { Select } from '../ui/select'

type KindChoice = { kind: string; title: string; help: string; needs: 'minutes' | 'below' | null }

type Props = {
  kinds: readonly KindChoice[]
  networks: readonly { value: string; label: string; gasSymbol: string }[]
  endpoints: readonly { value: string; label: string }[]
  create: (input: Rule.RuleInput) => Promise<Outcome<null>>
}

const nobody = 'page'

/** Sets up a rule: what to be told of, from when on, and where. */
export function RuleDialog({ kinds, networks, endpoints, create }: Props) {
  const [open, setOpen] = useState(false)
  const [kind, setKind] = useState(kinds[0]?.kind ?? '')
  const [network, setNetwork] = useState(networks[0]?.value ?? '')
  const [endpoint, setEndpoint] = useState(nobody)
  const [errors, setErrors] = useState<readonly FieldError[]>([])
  const [busy, start] = useTransition()
  const chosen = kinds.find((choice) => choice.kind === kind)
  const symbol = networks.find(({ value }) => value === network)?.gasSymbol ?? ''
  const errorOf = (field: string) => errors.find((error) => error.field === field)?.message
  const aria = (field: string) => describedBy(`rule-${field}`, { error: errorOf(field) !== undefined })

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    start(async () => {
      const outcome = await create({
        kind,
        minutes: String(data.get('minutes') ?? ''),
        network,
        below: String(data.get('below') ?? ''),
        endpointId: endpoint === nobody ? '' : endpoint,
      })
      if (outcome.ok) {
        setOpen(false)
        toast.success('The rule is set up.')
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
      }}
    >
      <DialogTrigger render={<Button />}>
        <Plus aria-hidden /> Add rule
      </DialogTrigger>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>Add a rule</DialogTitle>
          <DialogDescription>While it is met an alert is open; it resolves by itself.</DialogDescription>
        </DialogHeader>
        <form onSubmit={submit} noValidate className="flex flex-col gap-4">
          <Field id="rule-kind" label="What" hint={chosen && `${chosen.help}${dots(chosen)}`} error={errorOf('kind')}>
            <Select
              id="rule-kind"
              {...describedBy('rule-kind', { hint: true, error: errorOf('kind') !== undefined })}
              options={kinds.map((choice) => ({ value: choice.kind, label: choice.title }))}
              value={kind}
              onValueChange={setKind}
            />
          </Field>
          {chosen?.needs === 'minutes' && (
            <Field id="rule-minutes" label="Minutes" error={errorOf('minutes')}>
              <Input id="rule-minutes" name="minutes" {...aria('minutes')} defaultValue="5" inputMode="numeric" />
            </Field>
          )}
          {chosen?.needs === 'below' && (
            <>
              <Field id="rule-network" label="Network" error={errorOf('network')}>
                <Select
                  id="rule-network"
                  {...aria('network')}
                  options={networks}
                  value={network}
                  onValueChange={setNetwork}
                />
              </Field>
              <Field id="rule-below" label={`Less than, in ${symbol}`} error={errorOf('below')}>
                <Input id="rule-below" name="below" {...aria('below')} defaultValue="0.05" inputMode="decimal" />
              </Field>
            </>
          )}
          <Field
            id="rule-endpoint"
            label="Tell"
            hint="An endpoint gets alert.opened and alert.resolved, whatever else it is told of."
            error={errorOf('endpointId')}
          >
            <Select
              id="rule-endpoint"
              {...describedBy('rule-endpoint', { hint: true, error: errorOf('endpointId') !== undefined })}
              options={[{ value: nobody, label: 'This page only' }, ...endpoints]}
              value={endpoint}
              onValueChange={setEndpoint}
            />
          </Field>
          <DialogFooter>
            <DialogClose render={<Button variant="ghost" />}>Cancel</DialogClose>
            <Button type="submit" disabled={busy}>
              Add rule
            </Button>
          </DialogFooter>
        </form>
      </DialogContent>
    </Dialog>
  )
}

function dots({ needs }: KindChoice): string {
  return needs === 'minutes' ? ' … minutes' : needs === 'below' ? ' …' : ''
}
