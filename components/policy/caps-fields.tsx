'use client'

import type { ExecutionPolicyDraft } from '@/lib/policies'
import { Input } from '../ui/input'
import { useHydrated } from '../use-hydrated'

type Whom = 'policy' | 'key' | 'agent'
type Caps = ExecutionPolicyDraft.ExecutionPolicyInput['policy']

type Props = {
  caps: Record<Whom, Caps>
  errorOf: (field: string) => string | undefined
  onChange: (whom: Whom, caps: Caps) => void
}

const rows: readonly { whom: Whom; label: string; hint: string }[] = [
  { whom: 'policy', label: 'Everybody together', hint: 'Holds always.' },
  { whom: 'key', label: 'Each API key', hint: 'Empty: only the line above.' },
  { whom: 'agent', label: 'Each paying agent', hint: 'Empty: only the first line.' },
]
const columns = [
  { field: 'value', label: 'Value sent' },
  { field: 'fee', label: 'Fees' },
  { field: 'transactions', label: 'Transactions' },
] as const

/** What one day may bring, for everybody, each key and each agent. */
export function CapsFields({ caps, errorOf, onChange }: Props) {
  const ready = useHydrated()
  return (
    <div className="flex flex-col gap-4">
      {rows.map(({ whom, label, hint }) => {
        const faults = columns.flatMap(({ field, label: column }) => {
          const message = errorOf(`${whom}.${field}`)
          return message ? [{ field, text: `${column}: ${message}` }] : []
        })
        return (
          <fieldset key={whom} className="flex min-w-0 flex-col gap-1.5" aria-describedby={`caps-${whom}-notes`}>
            <legend className="mb-1.5 text-sm font-medium">{label}</legend>
            <div className="grid grid-cols-3 gap-2">
              {columns.map(({ field, label: column }) => (
                <label key={field} className="flex min-w-0 flex-col gap-1 text-xs text-muted-foreground">
                  {column}
                  <Input
                    value={caps[whom][field]}
                    readOnly={!ready}
                    aria-invalid={faults.some((fault) => fault.field === field) ? true : undefined}
                    inputMode="decimal"
                    autoComplete="off"
                    className="tabular-nums"
                    onChange={(event) => onChange(whom, { ...caps[whom], [field]: event.target.value })}
                  />
                </label>
              ))}
            </div>
            <div id={`caps-${whom}-notes`} className="text-xs">
              <p className="text-muted-foreground">{hint}</p>
              {faults.map(({ field, text }) => (
                <p key={field} className="text-destructive">
                  {text}
                </p>
              ))}
            </div>
          </fieldset>
        )
      })}
    </div>
  )
}
