'use client'

import { Plus } from 'lucide-react'
import { useState, useTransition, type FormEvent } from 'react'
import { toast } from 'sonner'
import type { ApiKey } from '@/lib/auth'
import type { FieldError } from '@/lib/errors'
import { CheckGroup } from '../check-group'
import { CodeBlock } from '../code-block'
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
import { useHydrated } from '../use-hydrated'

type Props = {
  scopes: readonly { value: ApiKey.ApiKeyScope; label: string }[]
  policies: readonly { value: string; label: string }[]
  create: (input: ApiKey.ApiKeyInput) => Promise<Outcome<{ key: string }>>
}

const noPolicy = 'none'

/** Makes a key and shows it, once. */
export function CreateKey(props: Props) {
  const ready = useHydrated()
  const [open, setOpen] = useState(false)
  const [made, setMade] = useState<string>()
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next)
        if (next) setMade(undefined)
      }}
    >
      <DialogTrigger render={<Button disabled={!ready} />}>
        <Plus aria-hidden /> New API key
      </DialogTrigger>
      {/* Shown once: a click beside the dialog must not take it away. */}
      <DialogContent closable={made === undefined}>
        {made === undefined ? <Draft {...props} onMade={setMade} /> : <Made apiKey={made} />}
      </DialogContent>
    </Dialog>
  )
}

function Draft({ scopes, policies, create, onMade }: Props & { onMade: (key: string) => void }) {
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<string[]>(scopes.map(({ value }) => value))
  const [policyId, setPolicyId] = useState(policies[0]?.value ?? noPolicy)
  const [days, setDays] = useState('')
  const [errors, setErrors] = useState<readonly FieldError[]>([])
  const [busy, start] = useTransition()
  const errorOf = (field: string) => errors.find((error) => error.field === field)?.message

  function submit(event: FormEvent) {
    event.preventDefault()
    start(async () => {
      const outcome = await create({
        name,
        scopes: chosen as ApiKey.ApiKeyScope[],
        policyId: policyId === noPolicy ? null : policyId,
        expiresInDays: days.trim() === '' ? null : Number(days),
      })
      if (outcome.ok) return onMade(outcome.value.key)
      setErrors(outcome.fields)
      if (outcome.fields.length === 0) toast.error(outcome.message)
    })
  }

  return (
    <>
      <DialogHeader>
        <DialogTitle>New API key</DialogTitle>
        <DialogDescription>
          For a program that asks for transactions, follows them, or reads the audit log.
        </DialogDescription>
      </DialogHeader>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <Field id="key-name" label="Name" error={errorOf('name')}>
          <Input
            id="key-name"
            value={name}
            onChange={(event) => setName(event.target.value)}
            {...describedBy('key-name', { error: errorOf('name') !== undefined })}
            placeholder="trading agent"
            autoComplete="off"
          />
        </Field>
        <CheckGroup legend="It may" options={scopes} value={chosen} onChange={setChosen} error={errorOf('scopes')} />
        <Field
          id="key-policy"
          label="Policy"
          hint="What its transactions are held to. Without one it may ask for none."
          error={errorOf('policyId')}
        >
          <Select
            id="key-policy"
            {...describedBy('key-policy', { hint: true, error: errorOf('policyId') !== undefined })}
            value={policyId}
            onValueChange={setPolicyId}
            options={[...policies, { value: noPolicy, label: 'None' }]}
          />
        </Field>
        <Field
          id="key-days"
          label="Expires after, in days"
          hint="Empty: it holds until it is revoked."
          error={errorOf('expiresInDays')}
        >
          <Input
            id="key-days"
            value={days}
            onChange={(event) => setDays(event.target.value)}
            {...describedBy('key-days', { hint: true, error: errorOf('expiresInDays') !== undefined })}
            inputMode="numeric"
            className="max-w-32 tabular-nums"
            autoComplete="off"
          />
        </Field>
        <DialogFooter>
          <DialogClose render={<Button variant="ghost" />}>Cancel</DialogClose>
          <Button type="submit" disabled={busy}>
            {busy ? 'Making…' : 'Make the key'}
          </Button>
        </DialogFooter>
      </form>
    </>
  )
}

function Made({ apiKey }: { apiKey: string }) {
  return (
    <>
      <DialogHeader>
        <DialogTitle>Copy the key now</DialogTitle>
        <DialogDescription>
          It is shown this once: only its hash is stored. Whoever holds it may do what you chose.
        </DialogDescription>
      </DialogHeader>
      <CodeBlock code={apiKey} label="API key" wrap />
      <p className="mt-3 text-xs text-muted-foreground">
        Send it with every request as <code className="font-mono">Authorization: Bearer sk_…</code>
      </p>
      <DialogFooter>
        <DialogClose render={<Button />}>I have copied it</DialogClose>
      </DialogFooter>
    </>
  )
}
