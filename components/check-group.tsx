'use client'

import { useId } from 'react'
import { useHydrated } from './use-hydrated'

type Props = {
  legend: string
  hint?: string
  error?: string | undefined
  options: readonly { value: string; label: string; hint?: string }[]
  value: readonly string[]
  onChange: (value: string[]) => void
}

/** Any number of a few options. */
export function CheckGroup({ legend, hint, error, options, value, onChange }: Props) {
  const id = useId()
  const ready = useHydrated()
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5" {...(described && { 'aria-describedby': described })}>
      <legend className="mb-1.5 text-sm font-medium">{legend}</legend>
      {options.map((option) => (
        <label key={option.value} className="flex items-start gap-2">
          <input
            type="checkbox"
            disabled={!ready}
            checked={value.includes(option.value)}
            aria-invalid={error ? true : undefined}
            onChange={({ target }) =>
              onChange(target.checked ? [...value, option.value] : value.filter((other) => other !== option.value))
            }
            className="mt-0.75 size-3.5 shrink-0 accent-primary"
          />
          <span>
            {option.label}
            {option.hint && <span className="block text-xs text-muted-foreground">{option.hint}</span>}
          </span>
        </label>
      ))}
      {hint && (
        <p id={`${id}-hint`} className="text-xs text-muted-foreground">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-xs text-destructive">
          {error}
        </p>
      )}
    </fieldset>
  )
}
