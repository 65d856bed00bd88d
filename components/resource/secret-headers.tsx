'use client'

import { KeyRound, Trash2 } from 'lucide-react'
import type { ResourceView } from '@/lib/merchants'
import { ConfirmDialog } from '../form/confirm-dialog'
import { TextField } from '../form/field'
import { FormDialog } from '../form/form-dialog'
import type { Outcome } from '../outcome'
import { Time } from '../time'
import { Button } from '../ui/button'
import { Panel } from '../panel'

type Props = {
  headers: ResourceView['headers']
  editable: boolean
  setHeader: (input: { name: string; value: string }) => Promise<Outcome<null>>
  removeHeader: (name: string) => Promise<Outcome<null>>
}

/** Headers that only the upstream sees. Their values can be set and never read. */
export function SecretHeaders({ headers, editable, setHeader, removeHeader }: Props) {
  return (
    <Panel
      isRegion
      title="Secret headers"
      description="Sent to your API only. Encrypted at rest, never shown again."
      actions={editable && <SetDialog setHeader={setHeader} />}
    >
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
    </Panel>
  )
}

function SetDialog({ setHeader }: Pick<Props, 'setHeader'>) {
  return (
    <FormDialog
      trigger={
        <Button variant="outline" size="sm">
          <KeyRound aria-hidden /> Set header
        </Button>
      }
      title="Set a secret header"
      description="It replaces a header of the same name. The value cannot be read back."
      submitLabel="Set header"
      done="The header is set."
      send={({ text }) => setHeader({ name: text('name'), value: text('value') })}
    >
      <TextField name="name" label="Name" kind="code" placeholder="authorization" />
      <TextField name="value" label="Value" kind="secret" />
    </FormDialog>
  )
}

function RemoveButton({ name, removeHeader }: { name: string } & Pick<Props, 'removeHeader'>) {
  return (
    <ConfirmDialog
      trigger={
        <Button variant="ghost" size="icon-sm" aria-label={`Remove ${name}`} className="text-muted-foreground">
          <Trash2 aria-hidden />
        </Button>
      }
      title={`Remove ${name}?`}
      description="Requests to your API are sent without it from now on."
      submitLabel="Remove"
      isDestructive
      act={() => removeHeader(name)}
      done={`The header ${name} is removed.`}
    />
  )
}
