'use client'

import { Pencil, Plus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { CheckField, TextField } from '../form/field'
import { DialogResult, FormDialog } from '../form/form-dialog'
import type { FormValues } from '../form/use-action-form'
import type { Outcome } from '../outcome'
import { ShownOnce } from '../shown-once'
import { Button } from '../ui/button'
import { groupWords } from './subscribed-to'

/** What the form sends. */
export type EndpointInput = { url: string; description: string; types: string[] }

type Props = {
  /** Left out for a new endpoint. */
  initial?: EndpointInput
  /** Returns the id and secret of a new endpoint, null for a changed one. */
  save: (input: EndpointInput) => Promise<Outcome<{ id: string; secret: string } | null>>
}

/** Adds an endpoint and shows its secret once, or edits one. */
export function EndpointDialog({ initial, save }: Props) {
  const router = useRouter()
  const types = initial?.types ?? []
  return (
    <FormDialog
      trigger={
        <Button variant={initial ? 'outline' : 'default'}>
          {initial ? <Pencil aria-hidden /> : <Plus aria-hidden />} {initial ? 'Edit' : 'Add endpoint'}
        </Button>
      }
      title={initial ? 'Edit the endpoint' : 'Add an endpoint'}
      description="It gets a signed POST for every event that you choose."
      submitLabel={initial ? 'Save' : 'Add endpoint'}
      done="The endpoint is changed."
      send={(values) => save(inputOf(values))}
      result={(created) => created && <NewSecret secret={created.secret} />}
      onResultClosed={(created) => created && router.push(`/webhooks/${created.id}`)}
    >
      <TextField
        name="url"
        label="Address"
        kind="url"
        defaultValue={initial?.url ?? ''}
        placeholder="https://example.com/hooks"
      />
      <TextField
        name="description"
        label="Description"
        defaultValue={initial?.description ?? ''}
        placeholder="Bookkeeping"
      />
      <CheckField
        name="group"
        legend="Subscribed to"
        hint="If nothing is chosen here or below: everything except channel.charged."
        columns="grid-cols-2"
        options={Object.entries(groupWords).map(([value, label]) => ({ value, label }))}
        defaultValue={types}
      />
      <TextField
        name="types"
        label="Single events"
        hint="Types of the audit trail, separated by spaces: transaction.final channel.charged"
        kind="code"
        defaultValue={types.filter((type) => type.includes('.')).join(' ')}
      />
    </FormDialog>
  )
}

function inputOf({ text, all }: FormValues): EndpointInput {
  return {
    url: text('url'),
    description: text('description'),
    types: [...all('group'), ...text('types').split(/[\s,]+/)].filter(Boolean),
  }
}

function NewSecret({ secret }: { secret: string }) {
  return (
    <DialogResult
      title="The endpoint is added"
      description="Its signing secret is shown only this once."
      closeLabel="I have copied it"
    >
      <ShownOnce value={secret} label="signing secret">
        Verify the signature of every request with it, as Standard Webhooks describes.
      </ShownOnce>
    </DialogResult>
  )
}
