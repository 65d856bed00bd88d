'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { RemoteFacilitatorInput } from '@/lib/remote-facilitators'
import { SelectField, TextAreaField, TextField } from '../form/field'
import { FormDialog } from '../form/form-dialog'
import type { FormValues } from '../form/use-action-form'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

/** The current values. Of the credentials only the kind is known: the server never returns their values. */
type Initial = { name: string; url: string; timeoutSeconds: string; auth: string }

type Props = {
  /** Left out for a new facilitator. */
  initial?: Initial
  save: (input: RemoteFacilitatorInput) => Promise<Outcome<null>>
}

const auths = [
  { value: 'none', label: 'Nothing' },
  { value: 'headers', label: 'Headers' },
  { value: 'cdp', label: 'Coinbase API key' },
]

/** Adds a remote facilitator, or edits one. */
export function RemoteFacilitatorDialog({ initial, save }: Props) {
  return (
    <FormDialog
      trigger={
        initial ? (
          <Button variant="outline" size="sm" aria-label={`Edit ${initial.name}`}>
            Edit
          </Button>
        ) : (
          <Button>
            <Plus aria-hidden /> Add facilitator
          </Button>
        )
      }
      title={initial ? `Edit ${initial.name}` : 'Add a facilitator'}
      description="A settlement that it reports counts only after it is found on chain. It receives nothing but the payment."
      submitLabel={initial ? 'Save' : 'Add facilitator'}
      done={initial ? 'The facilitator is changed.' : 'The facilitator is added. Choose it in a route.'}
      send={(values) => save(inputOf(values))}
    >
      <TextField name="name" label="Name" defaultValue={initial?.name ?? ''} />
      <TextField
        name="url"
        label="Address"
        hint="The URL that /verify and /settle are appended to."
        kind="url"
        defaultValue={initial?.url ?? ''}
        placeholder="https://x402.org/facilitator"
      />
      <TextField
        name="timeoutSeconds"
        label="Seconds to answer"
        hint="More than its chain takes for a block."
        kind="integer"
        defaultValue={initial?.timeoutSeconds ?? '30'}
      />
      <CredentialFields initial={initial?.auth} />
    </FormDialog>
  )
}

function CredentialFields({ initial }: { initial: string | undefined }) {
  const [auth, setAuth] = useState(initial ?? 'none')
  const isStored = initial === auth
  const kept = 'Leave empty to keep the stored value.'
  return (
    <>
      <SelectField name="auth" label="Authenticate with" options={auths} value={auth} onChange={setAuth} />
      {auth === 'headers' && (
        <TextAreaField
          name="headers"
          label="Headers"
          hint={isStored ? kept : 'One on each line: authorization: Bearer …'}
          code
        />
      )}
      {auth === 'cdp' && (
        <>
          <TextField name="keyId" label="API key id" kind="code" />
          <TextField
            name="keySecret"
            label="API key secret"
            hint={isStored ? kept : 'Signs a token for each request. The secret itself is never sent.'}
            kind="secret"
          />
        </>
      )}
    </>
  )
}

function inputOf({ text }: FormValues): RemoteFacilitatorInput {
  return {
    name: text('name'),
    url: text('url'),
    timeoutSeconds: text('timeoutSeconds'),
    auth: text('auth'),
    headers: text('headers'),
    keyId: text('keyId'),
    keySecret: text('keySecret'),
  }
}
