'use client'

import { Plus } from 'lucide-react'
import { useState, useTransition, type FormEvent } from 'react'
import { toast } from 'sonner'
import type { FieldError } from '@/lib/errors'
import type { RemoteFacilitatorInput } from '@/lib/remote-facilitators'
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
import { Input, Textarea } from '../ui/input'
import { Select } from '../ui/select'
import { useHydrated } from '../use-hydrated'

/** What stands in the form; of credentials it is known which they are, never what. */
type Initial = { name: string; url: string; timeoutSeconds: string; auth: string }

type Props = {
  /** Nothing for a new one. */
  initial?: Initial
  save: (input: RemoteFacilitatorInput) => Promise<Outcome<null>>
}

const auths = [
  { value: 'none', label: 'Nothing' },
  { value: 'headers', label: 'Headers' },
  { value: 'cdp', label: 'Coinbase API key' },
]

/** Adds a facilitator, or edits one. */
export function RemoteFacilitatorDialog({ initial, save }: Props) {
  const ready = useHydrated()
  const [open, setOpen] = useState(false)
  return (
    <Dialog open={open} onOpenChange={setOpen}>
      {initial ? (
        <DialogTrigger
          render={<Button variant="outline" size="sm" disabled={!ready} aria-label={`Edit ${initial.name}`} />}
        >
          Edit
        </DialogTrigger>
      ) : (
        <DialogTrigger render={<Button disabled={!ready} />}>
          <Plus aria-hidden /> Add facilitator
        </DialogTrigger>
      )}
      <DialogContent>
        <RemoteFacilitatorForm
          {...(initial && { initial })}
          save={save}
          onSaved={() => {
            setOpen(false)
            toast.success(initial ? 'The facilitator is changed.' : 'The facilitator is added. Choose it in a route.')
          }}
        />
      </DialogContent>
    </Dialog>
  )
}

function RemoteFacilitatorForm({ initial, save, onSaved }: Props & { onSaved: () => void }) {
  const [auth, setAuth] = useState(initial?.auth ?? 'none')
  const [errors, setErrors] = useState<readonly FieldError[]>([])
  const [busy, start] = useTransition()
  const errorOf = (field: string) => errors.find((error) => error.field === field)?.message
  const aria = (field: string, hint = false) =>
    describedBy(`facilitator-${field}`, { hint, error: errorOf(field) !== undefined })
  const kept = initial?.auth === auth

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const text = (name: string) => String(data.get(name) ?? '')
    start(async () => {
      const outcome = await save({
        name: text('name'),
        url: text('url'),
        timeoutSeconds: text('timeoutSeconds'),
        auth,
        headers: text('headers'),
        keyId: text('keyId'),
        keySecret: text('keySecret'),
      })
      if (outcome.ok) return onSaved()
      setErrors(outcome.fields)
      if (outcome.fields.length === 0) toast.error(outcome.message)
    })
  }

  return (
    <form onSubmit={submit} noValidate>
      <DialogHeader>
        <DialogTitle>{initial ? `Edit ${initial.name}` : 'Add a facilitator'}</DialogTitle>
        <DialogDescription>
          What it says to have settled is looked for on chain before it counts. It never gets more than the payment.
        </DialogDescription>
      </DialogHeader>
      <div className="flex flex-col gap-4">
        <Field id="facilitator-name" label="Name" error={errorOf('name')}>
          <Input
            id="facilitator-name"
            name="name"
            {...aria('name')}
            defaultValue={initial?.name ?? ''}
            autoComplete="off"
          />
        </Field>
        <Field id="facilitator-url" label="Address" hint="What /verify and /settle stand below." error={errorOf('url')}>
          <Input
            id="facilitator-url"
            name="url"
            {...aria('url', true)}
            defaultValue={initial?.url ?? ''}
            placeholder="https://x402.org/facilitator"
            className="font-mono text-xs"
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
        <Field
          id="facilitator-timeoutSeconds"
          label="Seconds to answer"
          hint="Longer than its chain takes for a block."
          error={errorOf('timeoutSeconds')}
        >
          <Input
            id="facilitator-timeoutSeconds"
            name="timeoutSeconds"
            {...aria('timeoutSeconds', true)}
            defaultValue={initial?.timeoutSeconds ?? '30'}
            inputMode="numeric"
          />
        </Field>
        <Field id="facilitator-auth" label="It is told who asks by" error={errorOf('auth')}>
          <Select id="facilitator-auth" {...aria('auth')} options={auths} value={auth} onValueChange={setAuth} />
        </Field>
        {auth === 'headers' && (
          <Field
            id="facilitator-headers"
            label="Headers"
            hint={kept ? 'Leave empty to keep what is stored.' : 'One a line: authorization: Bearer …'}
            error={errorOf('headers')}
          >
            <Textarea
              id="facilitator-headers"
              name="headers"
              {...aria('headers', true)}
              rows={3}
              className="font-mono text-xs"
              autoComplete="off"
              spellCheck={false}
            />
          </Field>
        )}
        {auth === 'cdp' && (
          <>
            <Field id="facilitator-keyId" label="API key id" error={errorOf('keyId')}>
              <Input
                id="facilitator-keyId"
                name="keyId"
                {...aria('keyId')}
                className="font-mono text-xs"
                autoComplete="off"
                spellCheck={false}
              />
            </Field>
            <Field
              id="facilitator-keySecret"
              label="API key secret"
              hint={kept ? 'Leave empty to keep what is stored.' : 'Signs a token for each request; it is never sent.'}
              error={errorOf('keySecret')}
            >
              <Input
                id="facilitator-keySecret"
                name="keySecret"
                type="password"
                {...aria('keySecret', true)}
                autoComplete="off"
              />
            </Field>
          </>
        )}
      </div>
      <DialogFooter>
        <DialogClose render={<Button variant="ghost" />}>Cancel</DialogClose>
        <Button type="submit" disabled={busy}>
          {initial ? 'Save' : 'Add facilitator'}
        </Button>
      </DialogFooter>
    </form>
  )
}
