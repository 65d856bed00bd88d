'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { ApiKey } from '@/lib/auth'
import { CodeBlock } from '../code-block'
import { CheckField, SelectField, TextField } from '../form/field'
import { DialogResult, FormDialog } from '../form/form-dialog'
import type { FormValues } from '../form/use-action-form'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

type Props = {
  choices: ApiKey.ApiKeyChoices
  policies: readonly { value: string; label: string }[]
  create: (input: ApiKey.ApiKeyInput) => Promise<Outcome<{ key: string }>>
}

const noPolicy = 'none'

/** Creates a key and shows it once. */
export function CreateKey({ choices, policies, create }: Props) {
  return (
    <FormDialog
      trigger={
        <Button>
          <Plus aria-hidden /> New API key
        </Button>
      }
      title="New API key"
      description="For a program that requests transactions, follows them, or reads the audit log."
      submitLabel="Create key"
      busyLabel="Creating…"
      send={(values) => create(inputOf(values))}
      result={({ key }) => <NewKey apiKey={key} />}
    >
      <TextField name="name" label="Name" placeholder="trading agent" />
      <ScopeFields {...choices} />
      <SelectField
        name="policyId"
        label="Policy"
        hint="The rules for its transactions. Without a policy it can request none."
        options={[...policies, { value: noPolicy, label: 'None' }]}
        defaultValue={policies[0]?.value ?? noPolicy}
      />
      <TextField
        name="expiresInDays"
        label="Expires after, in days"
        hint="Empty: valid until revoked."
        kind="integer"
        width="max-w-32"
      />
    </FormDialog>
  )
}

function inputOf({ text, all }: FormValues): ApiKey.ApiKeyInput {
  const [policyId, days] = [text('policyId'), text('expiresInDays').trim()]
  return {
    name: text('name'),
    scopes: all('scopes') as ApiKey.ApiKeyScope[],
    policyId: policyId === noPolicy ? null : policyId,
    expiresInDays: days === '' ? null : Number(days),
  }
}

/** The scopes, one by one or by a preset. None is ticked at first: a key gets what its program needs. */
function ScopeFields({ scopes, presets }: ApiKey.ApiKeyChoices) {
  const [chosen, setChosen] = useState<readonly string[]>([])
  const isChosen = (preset: readonly string[]) =>
    preset.length === chosen.length && preset.every((name) => chosen.includes(name))
  return (
    <div className="flex flex-col gap-2">
      <div role="group" aria-label="Presets" className="flex flex-wrap gap-1.5">
        {presets.map((preset) => (
          <Button
            key={preset.label}
            size="sm"
            variant="outline"
            className="aria-pressed:border-foreground aria-pressed:bg-accent"
            aria-pressed={isChosen(preset.scopes)}
            onClick={() => setChosen(preset.scopes)}
          >
            {preset.label}
          </Button>
        ))}
      </div>
      <CheckField name="scopes" legend="It may" options={scopes} value={chosen} onChange={setChosen} />
    </div>
  )
}

/** A secret, once. */
export function NewKey({ apiKey }: { apiKey: string }) {
  return (
    <DialogResult
      title="Copy the key now"
      description="It is shown only this once: the server stores nothing but its hash. Every holder of the key can do what you chose."
      closeLabel="I have copied it"
    >
      <CodeBlock code={apiKey} label="API key" wrap />
      <p className="mt-3 text-xs text-muted-foreground">
        Send it with every request as <code className="font-mono">Authorization: Bearer sk_…</code>
      </p>
    </DialogResult>
  )
}
