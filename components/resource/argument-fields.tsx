'use client'

import { describedBy, Field } from '../ui/field'
import { Input } from '../ui/input'
import { Select } from '../ui/select'
import type { ArgumentState } from './action-state'

type Props = {
  id: string
  /** "message", and its type on chain. */
  label: string
  type: string
  argument: ArgumentState
  error: string | undefined
  onChange: (argument: ArgumentState) => void
}

const places = [
  { value: 'literal', label: 'Fixed' },
  { value: 'body', label: 'From the body' },
  { value: 'query', label: 'From the query' },
  { value: 'path', label: 'From the path' },
]

/** Where one argument of a call comes from, and what it may be. */
export function ArgumentFields({ id, label, type, argument, error, onChange }: Props) {
  const { from } = argument
  const isFixed = from === 'literal'
  const text = (field: keyof ArgumentState, name: string, placeholder: string) => (
    <Input
      id={`${id}-${field}`}
      aria-label={`${label}: ${name}`}
      value={argument[field]}
      placeholder={placeholder}
      onChange={(event) => onChange({ ...argument, [field]: event.target.value })}
      className="font-mono text-xs"
      autoComplete="off"
      spellCheck={false}
    />
  )
  return (
    <Field
      id={`${id}-from`}
      error={error}
      label={
        <>
          {label} <span className="font-mono text-xs font-normal text-muted-foreground">{type}</span>
        </>
      }
    >
      <div className="grid gap-2 sm:grid-cols-[9rem_minmax(0,1fr)]">
        <Select
          id={`${id}-from`}
          {...describedBy(`${id}-from`, { error: error !== undefined })}
          value={from}
          options={isElementary(type) ? places : places.slice(0, 1)}
          onValueChange={(next) =>
            onChange({ ...argument, from: next, name: argument.name || (label === 'Value' ? 'value' : label) })
          }
        />
        {isFixed ? (
          text('literal', 'what it is', placeholderOf(type))
        ) : (
          <div className="grid gap-2 sm:grid-cols-2">
            {text('name', 'its name in the request', 'name')}
            {/^u?int/.test(type) && (
              <>
                {text('min', 'the least', 'at least')}
                {text('max', 'the most', 'at most')}
              </>
            )}
            {type === 'address' && text('allowed', 'which ones', 'any, or 0x… 0x…')}
            {(type === 'string' || type === 'bytes') && text('maxBytes', 'most bytes', 'at most 256 bytes')}
          </div>
        )}
      </div>
    </Field>
  )
}

/** What a request can bring; the server has the last word. */
function isElementary(type: string): boolean {
  return !type.includes('[') && !type.startsWith('tuple')
}

function placeholderOf(type: string): string {
  if (type.endsWith(']')) return '["…", "…"]'
  if (type === 'tuple') return '{"name": "…"}'
  if (type === 'bool') return 'true'
  return type === 'string' ? 'text' : /^(address|bytes)/.test(type) ? '0x…' : '0'
}
