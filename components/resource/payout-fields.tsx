'use client'

import { Button } from '../ui/button'
import { describedBy } from '../ui/field'
import { Input } from '../ui/input'
import { Label } from '../ui/label'
import { Switch } from '../ui/switch'
import { useHydrated } from '../use-hydrated'
import { isOwn, type NetworkChoice } from './form-state'

type Props = {
  networks: readonly NetworkChoice[]
  wallet: string
  payTo: Record<string, string>
  errorOf: (field: string) => string | undefined
  warningOf: (field: string) => string | undefined
  onChange: (payTo: Record<string, string>, field: string) => void
}

/** One row a network: offered or not, and the address that is paid there. */
export function PayoutFields({ networks, wallet, payTo, errorOf, warningOf, onChange }: Props) {
  const none = errorOf('payouts')
  const ready = useHydrated()
  return (
    <fieldset className="flex flex-col gap-1.5" aria-describedby={none ? 'resource-payouts-error' : undefined}>
      <legend className="mb-1.5 text-sm font-medium">Networks to be paid on</legend>
      <ul className="divide-y rounded-md border">
        {networks.map(({ network, name, token }) => {
          const value = payTo[network]
          const id = `resource-payouts-${network.replace(':', '-')}`
          const field = `payouts.${network}`
          const error = errorOf(field)
          const warning = warningOf(field)
          const { [network]: _dropped, ...others } = payTo
          return (
            <li key={network} className="flex flex-col gap-2 p-3">
              <div className="flex items-center justify-between gap-4">
                <span id={`${id}-name`}>
                  {name} <span className="text-xs text-muted-foreground">{token}</span>
                </span>
                <Switch
                  aria-labelledby={`${id}-name`}
                  checked={value !== undefined}
                  onCheckedChange={(on) =>
                    onChange(on ? { ...payTo, [network]: isOwn(network) ? wallet : '' } : others, 'payouts')
                  }
                />
              </div>
              {value !== undefined && (
                <>
                  <Label htmlFor={id} className="sr-only">
                    Pay-to address on {name}
                  </Label>
                  <div className="flex gap-2">
                    <Input
                      id={id}
                      value={value}
                      readOnly={!ready}
                      onChange={(event) => onChange({ ...payTo, [network]: event.target.value }, field)}
                      {...describedBy(id, { hint: warning !== undefined, error: error !== undefined })}
                      placeholder={isOwn(network) ? '0x…' : 'address of a Solana wallet'}
                      className="min-w-0 font-mono text-xs"
                      autoComplete="off"
                      spellCheck={false}
                    />
                    {value !== wallet && isOwn(network) && (
                      <Button
                        variant="outline"
                        aria-label={`Use my wallet on ${name}`}
                        onClick={() => onChange({ ...payTo, [network]: wallet }, field)}
                      >
                        Use mine
                      </Button>
                    )}
                  </div>
                  {error && (
                    <p id={`${id}-error`} className="text-xs text-destructive">
                      {error}
                    </p>
                  )}
                  {!error && warning && (
                    <p id={`${id}-hint`} className="text-xs text-warning">
                      {warning}
                    </p>
                  )}
                </>
              )}
            </li>
          )
        })}
      </ul>
      {none && (
        <p id="resource-payouts-error" className="text-xs text-destructive">
          {none}
        </p>
      )}
    </fieldset>
  )
}
