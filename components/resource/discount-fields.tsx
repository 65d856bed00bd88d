'use client'

import { Plus, X } from 'lucide-react'
import { Button } from '../ui/button'
import { Input } from '../ui/input'
import type { DiscountState, PriceState } from './price-state'

type Props = {
  discounts: readonly DiscountState[]
  errorOf: (field: string) => string | undefined
  onChange: (patch: Pick<PriceState, 'discounts'>, field: string) => void
}

/** Agents that pay less. */
export function DiscountFields({ discounts, errorOf, onChange }: Props) {
  const set = (index: number, patch: Partial<DiscountState>, field: string) =>
    onChange({ discounts: discounts.map((one, at) => (at === index ? { ...one, ...patch } : one)) }, field)
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">Less for certain agents</legend>
      {discounts.map((discount, index) => {
        const base = `pricing.discounts.${index}`
        const errors = [errorOf(`${base}.wallet`), errorOf(`${base}.percent`)].filter(Boolean)
        return (
          <div key={index} className="flex flex-col gap-1">
            <div className="flex flex-wrap items-center gap-2">
              <Input
                aria-label={`Wallet of agent ${index + 1}`}
                aria-invalid={errorOf(`${base}.wallet`) ? true : undefined}
                value={discount.wallet}
                placeholder="0x…"
                onChange={(event) => set(index, { wallet: event.target.value }, `${base}.wallet`)}
                className="min-w-48 flex-1 font-mono text-xs"
                autoComplete="off"
                spellCheck={false}
              />
              <Input
                aria-label={`Percent less for agent ${index + 1}`}
                aria-invalid={errorOf(`${base}.percent`) ? true : undefined}
                value={discount.percent}
                inputMode="numeric"
                onChange={(event) => set(index, { percent: event.target.value }, `${base}.percent`)}
                className="w-16 tabular-nums"
                autoComplete="off"
              />
              <span className="text-muted-foreground">% less</span>
              <Button
                variant="ghost"
                size="sm"
                aria-label={`Remove agent ${index + 1}`}
                onClick={() => onChange({ discounts: discounts.filter((_, at) => at !== index) }, 'pricing.discounts')}
              >
                <X aria-hidden />
              </Button>
            </div>
            {errors.map((message) => (
              <p key={message} className="text-xs text-destructive">
                {message}
              </p>
            ))}
          </div>
        )
      })}
      <Button
        variant="outline"
        size="sm"
        className="self-start"
        onClick={() => onChange({ discounts: [...discounts, { wallet: '', percent: '10' }] }, 'pricing.discounts')}
      >
        <Plus aria-hidden /> Add an agent
      </Button>
      <p className="text-xs text-muted-foreground">
        An agent says who it is by signing in (SIGN-IN-WITH-X) before it asks for the price.
      </p>
    </fieldset>
  )
}
