'use client'

import { FieldErrors, InlineField, useFieldAria } from '../form/field'
import { Select } from '../ui/select'
import type { ArgumentState } from './action-state'

type Props = {
  /** The path of its error: "execution.calls.0.args.1". */
  name: string
  /** The name of the argument, and its type on chain. */
  label: string
  type: string
  argument: ArgumentState
  onChange: (argument: ArgumentState) => void
}

const places = [
  { value: 'literal', label: 'Fixed' },
  { value: 'body', label: 'From the body' },
  { value: 'query', label: 'From the query' },
  { value: 'path', label: 'From the path' },
]

/** Where one argument of a call comes from, and which values it may have. */
export function ArgumentFields({ name, label, type, argument, onChange }: Props) {
  const aria = useFieldAria(name)
  const text = (field: keyof ArgumentState, words: string, placeholder: string) => (
    <InlineField
      name={`${name}.${field}`}
      label={`${label}: ${words}`}
      kind="code"
      value={argument[field]}
      placeholder={placeholder}
      onChange={(value) => onChange({ ...argument, [field]: value })}
    />
  )
  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5">
      <legend className="mb-1.5 text-sm font-medium">
        {label} <span className="font-mono text-xs font-normal text-muted-foreground">{type}</span>
      </legend>
      <div className="grid gap-2 sm:grid-cols-[9rem_minmax(0,1fr)]">
        <Select
          {...aria}
          aria-label={`${label} ${type}`}
          value={argument.from}
          options={isElementary(type) ? places : places.slice(0, 1)}
          onValueChange={(from) =>
            onChange({ ...argument, from, name: argument.name || (label === 'Value' ? 'value' : label) })
          }
        />
        {argument.from === 'literal' ? (
          text('literal', 'the value', placeholderOf(type))
        ) : (
          <div className="grid gap-2 sm:grid-cols-2">
            {text('name', 'its name in the request', 'name')}
            {/^u?int/.test(type) && (
              <>
                {text('min', 'the minimum', 'at least')}
                {text('max', 'the maximum', 'at most')}
              </>
            )}
            {type === 'address' && text('allowed', 'allowed addresses', 'any, or 0x… 0x…')}
            {(type === 'string' || type === 'bytes') && text('maxBytes', 'maximum bytes', 'at most 256 bytes')}
          </div>
        )}
      </div>
      <FieldErrors names={[name]} />
    </fieldset>
  )
}

/** Whether a request can carry a value of this type; the server decides. */
function isElementary(type: string): boolean {
  return !type.includes('[') && !type.startsWith('tuple')
}

function placeholderOf(type: string): string {
  if (type.endsWith(']')) return '["…", "…"]'
  if (type === 'tuple') return '{"name": "…"}'
  if (type === 'bool') return 'true'
  return type === 'string' ? 'text' : /^(address|bytes)/.test(type) ? '0x…' : '0'
}
