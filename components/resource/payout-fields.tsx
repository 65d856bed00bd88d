'use client'

import { FieldErrors, TextField } from '../form/field'
import { Button } from '../ui/button'
import { Switch } from '../ui/switch'
import { isOwn, type NetworkChoice } from './form-state'

type Props = {
  networks: readonly NetworkChoice[]
  wallet: string
  payTo: Record<string, string>
  onChange: (payTo: Record<string, string>, field: string) => void
}

/** One row for each network: whether it is offered, and the address that is paid there. */
export function PayoutFields({ networks, wallet, payTo, onChange }: Props) {
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1.5 text-sm font-medium">Networks to be paid on</legend>
      <ul className="divide-y rounded-md border">
        {networks.map((choice) => (
          <li key={choice.network} className="flex flex-col gap-2 p-3">
            <Payout choice={choice} wallet={wallet} payTo={payTo} onChange={onChange} />
          </li>
        ))}
      </ul>
      <FieldErrors names={['payouts']} />
    </fieldset>
  )
}

type PayoutProps = Omit<Props, 'networks'> & { choice: NetworkChoice }

function Payout({
  choice: { network, name, token, placeholder, suggestion = '' },
  wallet,
  payTo,
  onChange,
}: PayoutProps) {
  const { [network]: value, ...others } = payTo
  const set = (address: string, field = `payouts.${network}`) => onChange({ ...payTo, [network]: address }, field)
  return (
    <>
      <div className="flex items-center justify-between gap-4">
        <span>
          {name} <span className="text-xs text-muted-foreground">{token}</span>
        </span>
        <Switch
          aria-label={`${name} ${token}`}
          checked={value !== undefined}
          onCheckedChange={(on) =>
            on ? set(isOwn(network) ? wallet : suggestion, 'payouts') : onChange(others, 'payouts')
          }
        />
      </div>
      {value !== undefined && (
        <div className="flex gap-2">
          <TextField
            name={`payouts.${network}`}
            label={<span className="sr-only">Pay-to address on {name}</span>}
            kind="code"
            className="grow gap-1"
            placeholder={placeholder}
            value={value}
            onChange={(address) => set(address)}
          />
          {value !== wallet && isOwn(network) && (
            <Button variant="outline" aria-label={`Use my wallet on ${name}`} onClick={() => set(wallet)}>
              Use mine
            </Button>
          )}
        </div>
      )}
    </>
  )
}
