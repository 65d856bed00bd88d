'use client'

import { Pencil, Plus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState, useTransition, type FormEvent } from 'react'
import { toast } from 'sonner'
import type { FieldError } from '@/lib/errors'
import type { Outcome } from '../outcome'
import { ShownOnce } from '../shown-once'
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
import { groupWords } from './told-of'

/** What the form sends. */
export type EndpointInput = { url: string; description: string; types: string[] }

type Props = {
  /** What stands in the form: nothing for a new endpoint. */
  initial?: EndpointInput
  /** Answers the secret of a new endpoint, null for one that was changed. */
  save: (input: EndpointInput) => Promise<Outcome<{ id: string; secret: string } | null>>
}

/** Sets up an endpoint and shows its secret once, or edits one. */
export function EndpointDialog({ initial, save }: Props) {
  const router = useRouter()
  const [open, setOpen] = useState(false)
  const [made, setMade] = useState<{ id: string; secret: string }>()

  function change(next: boolean) {
    setOpen(next)
    if (next || !made) return
    setMade(undefined)
    router.push(`/webhooks/${made.id}`)
  }

  return (
    <Dialog open={open} onOpenChange={change}>
      <DialogTrigger render={<Button variant={initial ? 'outline' : 'default'} />}>
        {initial ? <Pencil aria-hidden /> : <Plus aria-hidden />} {initial ? 'Edit' : 'Add endpoint'}
      </DialogTrigger>
      <DialogContent>
        {made ? (
          <>
            <DialogHeader>
              <DialogTitle>The endpoint is set up</DialogTitle>
              <DialogDescription>Its signing secret is shown here, and never again.</DialogDescription>
            </DialogHeader>
            <ShownOnce value={made.secret} label="signing secret">
              Verify every request with it, as Standard Webhooks says, before you believe what it tells.
            </ShownOnce>
            <DialogFooter>
              <DialogClose render={<Button />}>I have stored it</DialogClose>
            </DialogFooter>
          </>
        ) : (
          <EndpointForm
            {...(initial && { initial })}
            save={save}
            onSaved={(saved) => {
              if (saved) return setMade(saved)
              setOpen(false)
              toast.success('The endpoint is changed.')
            }}
          />
        )}
      </DialogContent>
    </Dialog>
  )
}

type FormProps = Props & { onSaved: (saved: { id: string; secret: string } | null) => void }

function EndpointForm({ initial, save, onSaved }: FormProps) {
  const [errors, setErrors] = useState<readonly FieldError[]>([])
  const [busy, start] = useTransition()
  const errorOf = (field: string) => errors.find((error) => error.field === field)?.message
  const aria = (field: string, hint = false) =>
    describedBy(`endpoint-${field}`, { hint, error: errorOf(field) !== undefined })

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const input = {
      url: String(data.get('url')),
      description: String(data.get('description')),
      types: [...data.getAll('group').map(String), ...String(data.get('more')).split(/[\s,]+/)].filter(Boolean),
    }
    start(async () => {
      const outcome = await save(input)
      if (outcome.ok) return onSaved(outcome.value)
      setErrors(outcome.fields)
      if (outcome.fields.length === 0) toast.error(outcome.message)
    })
  }

  return (
    <form onSubmit={submit} noValidate>
      <DialogHeader>
        <DialogTitle>{initial ? 'Edit the endpoint' : 'Add an endpoint'}</DialogTitle>
        <DialogDescription>It gets a signed POST for every event that you choose.</DialogDescription>
      </DialogHeader>
      <div className="flex flex-col gap-4">
        <Field id="endpoint-url" label="Address" error={errorOf('url')}>
          <Input
            id="endpoint-url"
            name="url"
            {...aria('url')}
            defaultValue={initial?.url ?? ''}
            placeholder="https://example.com/hooks"
            className="font-mono text-xs"
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
        <Field id="endpoint-description" label="Description" error={errorOf('description')}>
          <Input
            id="endpoint-description"
            name="description"
            {...aria('description')}
            defaultValue={initial?.description ?? ''}
            placeholder="Bookkeeping"
            autoComplete="off"
          />
        </Field>
        <Groups chosen={initial?.types ?? []} />
        <Field
          id="endpoint-more"
          label="Single events"
          hint="Types of the audit trail with blanks between: transaction.final channel.charged"
          error={errorOf('types')}
        >
          <Input
            id="endpoint-more"
            name="more"
            {...aria('more', true)}
            defaultValue={(initial?.types ?? []).filter((type) => type.includes('.')).join(' ')}
            className="font-mono text-xs"
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
      </div>
      <DialogFooter>
        <DialogClose render={<Button variant="ghost" />}>Cancel</DialogClose>
        <Button type="submit" disabled={busy}>
          {initial ? 'Save' : 'Add endpoint'}
        </Button>
      </DialogFooter>
    </form>
  )
}

function Groups({ chosen }: { chosen: readonly string[] }) {
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1.5 text-sm font-medium">Told of</legend>
      <div className="grid grid-cols-2 gap-2">
        {Object.entries(groupWords).map(([group, words]) => (
          <label key={group} className="flex items-center gap-2">
            <input
              type="checkbox"
              name="group"
              value={group}
              defaultChecked={chosen.includes(group)}
              className="size-4 accent-brand"
            />
            {words}
          </label>
        ))}
      </div>
      <p className="text-xs text-muted-foreground">Nothing chosen here or below: everything but channel.charged.</p>
    </fieldset>
  )
}
