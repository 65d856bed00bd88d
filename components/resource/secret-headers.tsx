'use client'

import { KeyRound, Trash2 } from 'lucide-react'
import { useState, useTransition, type FormEvent } from 'react'
import { toast } from 'sonner'
import type { FieldError } from '@/lib/errors'
import type { ResourceView } from '@/lib/merchants'
import type { Outcome } from '../outcome'
import { Time } from '../time'
import { Button } from '../ui/button'
import { Card, CardContent, CardHeader } from '../ui/card'
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

type Props = {
  headers: ResourceView['headers']
  editable: boolean
  setHeader: (input: { name: string; value: string }) => Promise<Outcome<null>>
  removeHeader: (name: string) => Promise<Outcome<null>>
}

/** Headers that only the upstream sees. Values go in and never come out. */
export function SecretHeaders({ headers, editable, setHeader, removeHeader }: Props) {
  return (
    <Card aria-labelledby="headers-title">
      <CardHeader
        id="headers-title"
        title="Secret headers"
        description="Sent to your API only. Encrypted at rest, never shown again."
        actions={editable && <SetDialog setHeader={setHeader} />}
      />
      <CardContent>
        {headers.length === 0 ? (
          <p className="text-muted-foreground">None.</p>
        ) : (
          <ul className="divide-y">
            {headers.map((header) => (
              <li key={header.name} className="flex items-center justify-between gap-3 py-2">
                <div className="min-w-0">
                  <p className="truncate font-mono text-xs">{header.name}</p>
                  <p className="text-xs text-muted-foreground">
                    <span className="font-mono">••••{header.last4}</span> set <Time at={header.rotatedAt} />
                  </p>
                </div>
                {editable && <RemoveButton name={header.name} removeHeader={removeHeader} />}
              </li>
            ))}
          </ul>
        )}
      </CardContent>
    </Card>
  )
}

function SetDialog({ setHeader }: Pick<Props, 'setHeader'>) {
  const [open, setOpen] = useState(false)
  const [errors, setErrors] = useState<readonly FieldError[]>([])
  const [busy, start] = useTransition()
  const errorOf = (field: string) => errors.find((error) => error.field === field)?.message

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    start(async () => {
      const outcome = await setHeader({ name: String(data.get('name')), value: String(data.get('value')) })
      if (outcome.ok) {
        setOpen(false)
        toast.success('The header is set.')
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
      <DialogTrigger render={<Button variant="outline" size="sm" />}>
        <KeyRound aria-hidden /> Set header
      </DialogTrigger>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>Set a secret header</DialogTitle>
          <DialogDescription>A header of the same name is replaced. The value cannot be read back.</DialogDescription>
        </DialogHeader>
        <form onSubmit={submit} noValidate className="flex flex-col gap-4">
          <Field id="header-name" label="Name" error={errorOf('name')}>
            <Input
              id="header-name"
              name="name"
              {...describedBy('header-name', { error: errorOf('name') !== undefined })}
              placeholder="authorization"
              className="font-mono text-xs"
              autoComplete="off"
              spellCheck={false}
            />
          </Field>
          <Field id="header-value" label="Value" error={errorOf('value')}>
            <Input
              id="header-value"
              name="value"
              type="password"
              {...describedBy('header-value', { error: errorOf('value') !== undefined })}
              className="font-mono text-xs"
              autoComplete="new-password"
            />
          </Field>
          <DialogFooter>
            <DialogClose render={<Button variant="ghost" />}>Cancel</DialogClose>
            <Button type="submit" disabled={busy}>
              Set header
            </Button>
          </DialogFooter>
        </form>
      </DialogContent>
    </Dialog>
  )
}

function RemoveButton({ name, removeHeader }: { name: string } & Pick<Props, 'removeHeader'>) {
  const [busy, start] = useTransition()
  const act = () =>
    start(async () => {
      const outcome = await removeHeader(name)
      if (outcome.ok) toast.success(`The header ${name} is removed.`)
      else toast.error(outcome.message)
    })
  return (
    <Dialog>
      <DialogTrigger
        render={
          <Button variant="ghost" size="icon-sm" aria-label={`Remove ${name}`} className="text-muted-foreground" />
        }
      >
        <Trash2 aria-hidden />
      </DialogTrigger>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>Remove {name}?</DialogTitle>
          <DialogDescription>Requests to your API go without it from now on.</DialogDescription>
        </DialogHeader>
        <DialogFooter>
          <DialogClose render={<Button variant="ghost" />}>Cancel</DialogClose>
          <DialogClose render={<Button variant="destructive" disabled={busy} onClick={act} />}>Remove</DialogClose>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}
