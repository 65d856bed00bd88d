'use client'

import { Plus } from 'lucide-react'
import { bind } from '../form/bind'
import { FieldErrors, InlineField } from '../form/field'
import { RemoveButton, replaceAt, withoutAt } from '../form/rows'
import { Button } from '../ui/button'
import type { DiscountState, PriceState } from './price-state'

type Props = {
  discounts: readonly DiscountState[]
  onChange: (patch: Pick<PriceState, 'discounts'>, field: string) => void
}

/** Agents that pay less. */
export function DiscountFields({ discounts, onChange }: Props) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">Less for certain agents</legend>
      {discounts.map((discount, index) => (
        <Discount
          key={index}
          discount={discount}
          index={index}
          onChange={(patch, field) => onChange({ discounts: replaceAt(discounts, index, patch) }, field)}
          onRemove={() => onChange({ discounts: withoutAt(discounts, index) }, 'pricing.discounts')}
        />
      ))}
      <Button
        variant="outline"
        size="sm"
        className="self-start"
        onClick={() => onChange({ discounts: [...discounts, { wallet: '', percent: '10' }] }, 'pricing.discounts')}
      >
        <Plus aria-hidden /> Add an agent
      </Button>
      <p className="text-xs text-muted-foreground">
        An agent proves its wallet by signing in (SIGN-IN-WITH-X) before it asks for the price.
      </p>
    </fieldset>
  )
}

type RowProps = {
  discount: DiscountState
  index: number
  onChange: (patch: Partial<DiscountState>, field: string) => void
  onRemove: () => void
}

function Discount({ discount, index, onChange, onRemove }: RowProps) {
  const base = `pricing.discounts.${index}`
  const member = (key: keyof DiscountState) => bind(discount, onChange, key, `${base}.${key}`)
  return (
    <div className="flex flex-col gap-1">
      <div className="flex flex-wrap items-center gap-2">
        <InlineField
          label={`Wallet of agent ${index + 1}`}
          kind="code"
          width="min-w-48 flex-1"
          placeholder="0x…"
          {...member('wallet')}
        />
        <InlineField label={`Percent less for agent ${index + 1}`} kind="integer" width="w-16" {...member('percent')} />
        <span className="text-muted-foreground">% less</span>
        <RemoveButton label={`Remove agent ${index + 1}`} onClick={onRemove} />
      </div>
      <FieldErrors names={[`${base}.wallet`, `${base}.percent`]} />
    </div>
  )
}
