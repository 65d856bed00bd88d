'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { Rule } from '@/lib/alerts'
import { SelectField, TextField } from '../form/field'
import { FormDialog } from '../form/form-dialog'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

type KindChoice = { kind: string; title: string; help: string; needs: 'minutes' | 'below' | null }

type Choices = {
  kinds: readonly KindChoice[]
  networks: readonly { value: string; label: string; gasSymbol: string }[]
  endpoints: readonly { value: string; label: string }[]
}

type Props = Choices & { create: (input: Rule.RuleInput) => Promise<Outcome<null>> }

const noEndpoint = 'page'

/** Adds a rule: which condition opens an alert, from which threshold on, and which endpoint gets it. */
export function RuleDialog({ create, ...choices }: Props) {
  return (
    <FormDialog
      trigger={
        <Button>
          <Plus aria-hidden /> Add rule
        </Button>
      }
      title="Add a rule"
      description="An alert is open while the rule’s condition holds. It resolves by itself."
      submitLabel="Add rule"
      done="The rule is added."
      send={({ text }) =>
        create({
          kind: text('kind'),
          minutes: text('minutes'),
          network: text('network'),
          below: text('below'),
          endpointId: text('endpointId') === noEndpoint ? '' : text('endpointId'),
        })
      }
    >
      <RuleFields {...choices} />
    </FormDialog>
  )
}

function RuleFields({ kinds, networks, endpoints }: Choices) {
  const [kind, setKind] = useState(kinds[0]?.kind ?? '')
  const [network, setNetwork] = useState(networks[0]?.value ?? '')
  const chosen = kinds.find((choice) => choice.kind === kind)
  const symbol = networks.find(({ value }) => value === network)?.gasSymbol ?? ''
  return (
    <>
      <SelectField
        name="kind"
        label="What"
        hint={chosen && `${chosen.help}${blank(chosen)}`}
        options={kinds.map((choice) => ({ value: choice.kind, label: choice.title }))}
        value={kind}
        onChange={setKind}
      />
      {chosen?.needs === 'minutes' && <TextField name="minutes" label="Minutes" kind="integer" defaultValue="5" />}
      {chosen?.needs === 'below' && (
        <>
          <SelectField name="network" label="Network" options={networks} value={network} onChange={setNetwork} />
          <TextField name="below" label={`Less than, in ${symbol}`} kind="decimal" defaultValue="0.05" />
        </>
      )}
      <SelectField
        name="endpointId"
        label="Send to"
        hint="An endpoint gets alert.opened and alert.resolved, even if it does not subscribe to them."
        options={[{ value: noEndpoint, label: 'This page only' }, ...endpoints]}
        defaultValue={noEndpoint}
      />
    </>
  )
}

/** A placeholder for the number in the next field. */
function blank({ needs }: KindChoice): string {
  return needs === 'minutes' ? ' … minutes' : needs === 'below' ? ' …' : ''
}
