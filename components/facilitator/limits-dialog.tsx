'use client'

import type { CallerLimits } from '@/lib/facilitator'
import { CheckField, TextField } from '../form/field'
import { FormDialog } from '../form/form-dialog'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

type Choice = { value: string; label: string }

type Props = {
  name: string
  initial: CallerLimits.CallerLimitsInput
  networks: readonly Choice[]
  assets: readonly Choice[]
  save: (input: CallerLimits.CallerLimitsInput) => Promise<Outcome<null>>
}

const noneMeansAll = 'If none is chosen: all.'

/** Edits the facilitator limits of one key. */
export function LimitsDialog({ name, initial, networks, assets, save }: Props) {
  return (
    <FormDialog
      trigger={
        <Button variant="outline" size="sm" aria-label={`Edit the limits of ${name}`}>
          Edit limits
        </Button>
      }
      title={`Limits of “${name}”`}
      description="They apply from its next request on."
      submitLabel="Save limits"
      done="The limits are changed."
      send={({ text, all }) =>
        save({
          requestsPerSecond: text('requestsPerSecond'),
          gasPerDay: text('gasPerDay'),
          dollarsPerDay: text('dollarsPerDay'),
          networks: all('networks'),
          assets: all('assets'),
        })
      }
    >
      <TextField
        name="requestsPerSecond"
        label="Requests a second"
        kind="integer"
        defaultValue={initial.requestsPerSecond}
      />
      <TextField name="dollarsPerDay" label="Dollars a day" kind="decimal" defaultValue={initial.dollarsPerDay} />
      <TextField
        name="gasPerDay"
        label="Gas a day, on each network"
        hint="In the network’s coin: 0.01 is 0.01 ETH on Base."
        kind="decimal"
        defaultValue={initial.gasPerDay}
      />
      <CheckField
        name="networks"
        legend="Networks"
        hint={noneMeansAll}
        options={networks}
        defaultValue={initial.networks}
      />
      <CheckField name="assets" legend="Assets" hint={noneMeansAll} options={assets} defaultValue={initial.assets} />
    </FormDialog>
  )
}
