'use client'

import { Plus, Trash2 } from 'lucide-react'
import type { ExecutionPolicyDraft } from '@/lib/policies'
import { Button } from '../ui/button'
import { describedBy, Field } from '../ui/field'
import { Input, Textarea } from '../ui/input'
import { Select } from '../ui/select'
import { useHydrated } from '../use-hydrated'

type Contract = ExecutionPolicyDraft.ExecutionPolicyInput['contracts'][number]

type Props = {
  contracts: readonly Contract[]
  networks: readonly { value: string; label: string }[]
  errorOf: (field: string) => string | undefined
  onChange: (contracts: Contract[]) => void
}

/** The contracts that may be called, and which of their functions. */
export function ContractFields({ contracts, networks, errorOf, onChange }: Props) {
  const none = errorOf('contracts')
  const blank = { network: networks[0]?.value ?? '', address: '', label: '', selectors: '' }
  return (
    <div className="flex flex-col gap-3">
      {contracts.map((contract, index) => (
        <ContractBox
          key={index}
          index={index}
          contract={contract}
          networks={networks}
          errorOf={(field) => errorOf(`contracts.${index}.${field}`)}
          onChange={(patch) => onChange(contracts.map((one, at) => (at === index ? { ...one, ...patch } : one)))}
          {...(contracts.length > 1 && { onRemove: () => onChange(contracts.filter((_, at) => at !== index)) })}
        />
      ))}
      <div className="flex flex-wrap items-center gap-3">
        <Button variant="outline" size="sm" onClick={() => onChange([...contracts, blank])}>
          <Plus aria-hidden /> Add a contract
        </Button>
        {none && <p className="text-xs text-destructive">{none}</p>}
      </div>
    </div>
  )
}

type BoxProps = {
  index: number
  contract: Contract
  networks: Props['networks']
  errorOf: (field: keyof Contract) => string | undefined
  onChange: (patch: Partial<Contract>) => void
  onRemove?: () => void
}

function ContractBox({ index, contract, networks, errorOf, onChange, onRemove }: BoxProps) {
  const ready = useHydrated()
  const place = `Contract ${index + 1}`
  const control = (field: keyof Contract, hint = false) => ({
    id: `contract-${index}-${field}`,
    ...describedBy(`contract-${index}-${field}`, { hint, error: errorOf(field) !== undefined }),
    value: contract[field],
    readOnly: !ready,
    autoComplete: 'off',
    spellCheck: false,
    onChange: (event: { target: { value: string } }) => onChange({ [field]: event.target.value }),
  })
  return (
    <fieldset className="grid gap-3 rounded-md border p-3 sm:grid-cols-2">
      <legend className="sr-only">{place}</legend>
      <div className="flex items-center justify-between sm:col-span-2">
        <p aria-hidden className="text-xs font-medium text-muted-foreground">
          {place}
        </p>
        {onRemove && (
          <Button
            variant="ghost"
            size="icon-sm"
            aria-label={`Remove contract ${index + 1}`}
            className="text-muted-foreground"
            onClick={onRemove}
          >
            <Trash2 aria-hidden />
          </Button>
        )}
      </div>
      <Field id={`contract-${index}-network`} label="Network" error={errorOf('network')}>
        <Select
          id={`contract-${index}-network`}
          {...describedBy(`contract-${index}-network`, { error: errorOf('network') !== undefined })}
          value={contract.network}
          options={networks}
          onValueChange={(network) => onChange({ network })}
        />
      </Field>
      <Field id={`contract-${index}-label`} label="Name for people" error={errorOf('label')}>
        <Input {...control('label')} placeholder="USDC" />
      </Field>
      <Field id={`contract-${index}-address`} label="Address" error={errorOf('address')} className="sm:col-span-2">
        <Input {...control('address')} placeholder="0x…" className="font-mono text-xs" />
      </Field>
      <Field
        id={`contract-${index}-selectors`}
        label="Functions"
        hint="One a line: transfer(address,uint256), or its four bytes. * allows any, 0x a plain transfer."
        error={errorOf('selectors')}
        className="sm:col-span-2"
      >
        <Textarea {...control('selectors', true)} rows={3} className="font-mono text-xs" />
      </Field>
    </fieldset>
  )
}
