'use client'

import { SelectField } from '../form/field'
import { FormDialog } from '../form/form-dialog'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'
import { NewKey } from './create-key'

type Props = {
  name: string
  overlaps: readonly { value: string; label: string }[]
  rotate: (input: { overlapHours: string }) => Promise<Outcome<{ key: string }>>
}

/** Gives a key a new secret and shows it once. */
export function RotateKey({ name, overlaps, rotate }: Props) {
  return (
    <FormDialog
      trigger={
        <Button variant="outline" size="sm" aria-label={`Rotate ${name}`}>
          Rotate
        </Button>
      }
      title={`Rotate “${name}”`}
      description="The key gets a new secret. Its scopes, policy, limits and end stay, and the caps count on. A secret from before an earlier rotation ends at once."
      submitLabel="Rotate"
      busyLabel="Rotating…"
      send={({ text }) => rotate({ overlapHours: text('overlapHours') })}
      result={({ key }) => <NewKey apiKey={key} />}
    >
      <SelectField
        name="overlapHours"
        label="The old secret works for"
        hint="Give the new secret to every program before it ends. The table shows when the old one was last used."
        options={overlaps}
        defaultValue={overlaps[0]?.value ?? ''}
      />
    </FormDialog>
  )
}
