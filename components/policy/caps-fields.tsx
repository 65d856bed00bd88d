'use client'

import type { ExecutionPolicyDraft } from '@/lib/policies'
import { FieldErrors, InlineField } from '../form/field'

type Whose = 'policy' | 'key' | 'agent'
type Caps = ExecutionPolicyDraft.ExecutionPolicyInput['policy']

type Props = { caps: Record<Whose, Caps>; onChange: (whose: Whose, caps: Caps) => void }

const rows: readonly { whose: Whose; label: string; hint: string }[] = [
  { whose: 'policy', label: 'All together', hint: 'Always applies.' },
  { whose: 'key', label: 'Each API key', hint: 'Empty: only the row above applies.' },
  { whose: 'agent', label: 'Each paying agent', hint: 'Empty: only the first row applies.' },
]
const columns = [
  { field: 'value', label: 'Value sent' },
  { field: 'fee', label: 'Fees' },
  { field: 'transactions', label: 'Transactions' },
] as const

/** The caps of one day: for all together, for each API key and for each agent. */
export function CapsFields({ caps, onChange }: Props) {
  return (
    <div className="flex flex-col gap-4">
      {rows.map(({ whose, label, hint }) => {
        const labels = Object.fromEntries(columns.map((column) => [`${whose}.${column.field}`, `${column.label}: `]))
        return (
          <fieldset key={whose} className="flex min-w-0 flex-col gap-1.5">
            <legend className="mb-1.5 text-sm font-medium">{label}</legend>
            <div className="grid grid-cols-3 gap-2">
              {columns.map(({ field, label: column }) => (
                <label key={field} className="flex min-w-0 flex-col gap-1 text-xs text-muted-foreground">
                  {column}
                  <InlineField
                    name={`${whose}.${field}`}
                    label={column}
                    kind="decimal"
                    value={caps[whose][field]}
                    onChange={(value) => onChange(whose, { ...caps[whose], [field]: value })}
                  />
                </label>
              ))}
            </div>
            <p className="text-xs text-muted-foreground">{hint}</p>
            <FieldErrors names={Object.keys(labels)} prefix={labels} />
          </fieldset>
        )
      })}
    </div>
  )
}
