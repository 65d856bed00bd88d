'use client'

import { Plus } from 'lucide-react'
import type { ExecutionPolicyDraft } from '@/lib/policies'
import { bind } from '../form/bind'
import { FieldErrors, SelectField, TextAreaField, TextField } from '../form/field'
import { RemoveButton, replaceAt, withoutAt } from '../form/rows'
import { Button } from '../ui/button'

type Contract = ExecutionPolicyDraft.ExecutionPolicyInput['contracts'][number]

type Props = {
  contracts: readonly Contract[]
  networks: readonly { value: string; label: string }[]
  onChange: (contracts: Contract[]) => void
}

/** The contracts that may be called, and which of their functions. */
export function ContractFields({ contracts, networks, onChange }: Props) {
  const blank = { network: networks[0]?.value ?? '', address: '', label: '', selectors: '' }
  return (
    <div className="flex flex-col gap-3">
      {contracts.map((contract, index) => (
        <ContractBox
          key={index}
          index={index}
          contract={contract}
          networks={networks}
          onChange={(patch) => onChange(replaceAt(contracts, index, patch))}
          {...(contracts.length > 1 && { onRemove: () => onChange(withoutAt(contracts, index)) })}
        />
      ))}
      <div className="flex flex-wrap items-center gap-3">
        <Button variant="outline" size="sm" onClick={() => onChange([...contracts, blank])}>
          <Plus aria-hidden /> Add a contract
        </Button>
        <FieldErrors names={['contracts']} />
      </div>
    </div>
  )
}

type BoxProps = {
  index: number
  contract: Contract
  networks: Props['networks']
  onChange: (patch: Partial<Contract>) => void
  onRemove?: () => void
}

function ContractBox({ index, contract, networks, onChange, onRemove }: BoxProps) {
  const place = `Contract ${index + 1}`
  const member = (key: keyof Contract) => bind(contract, onChange, key, `contracts.${index}.${key}`)
  return (
    <fieldset className="grid gap-3 rounded-md border p-3 sm:grid-cols-2">
      <legend className="sr-only">{place}</legend>
      <div className="flex items-center justify-between sm:col-span-2">
        <p aria-hidden className="text-xs font-medium text-muted-foreground">
          {place}
        </p>
        {onRemove && <RemoveButton label={`Remove contract ${index + 1}`} onClick={onRemove} />}
      </div>
      <SelectField label="Network" options={networks} {...member('network')} />
      <TextField label="Name for people" placeholder="USDC" {...member('label')} />
      <TextField label="Address" kind="code" placeholder="0x…" className="sm:col-span-2" {...member('address')} />
      <TextAreaField
        label="Functions"
        hint="One on each line: transfer(address,uint256), or its four bytes. * allows all functions, 0x a plain transfer."
        code
        className="sm:col-span-2"
        {...member('selectors')}
      />
    </fieldset>
  )
}
