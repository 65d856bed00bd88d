'use client'

import { useId } from 'react'
import { Switch } from '../ui/switch'

type Props = { label: string; hint: string; checked: boolean; onChange: (checked: boolean) => void }

/** A switch with its label and what it does. */
export function SwitchRow({ label, hint, checked, onChange }: Props) {
  const id = useId()
  return (
    <div className="flex items-start justify-between gap-4">
      <div>
        <p id={id} className="font-medium">
          {label}
        </p>
        <p id={`${id}-hint`} className="text-xs text-muted-foreground">
          {hint}
        </p>
      </div>
      <Switch
        aria-labelledby={id}
        aria-describedby={`${id}-hint`}
        checked={checked}
        onCheckedChange={onChange}
        className="mt-0.5"
      />
    </div>
  )
}
