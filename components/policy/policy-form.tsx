'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState, useTransition, type FormEvent } from 'react'
import { toast } from 'sonner'
import type { FieldError } from '@/lib/errors'
import type { ExecutionPolicyDraft } from '@/lib/policies'
import { CheckGroup } from '../check-group'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'
import { ButtonLink } from '../ui/button-link'
import { Card, CardContent, CardHeader } from '../ui/card'
import { describedBy, Field } from '../ui/field'
import { Input } from '../ui/input'
import { Select } from '../ui/select'
import { useHydrated } from '../use-hydrated'
import { CapsFields } from './caps-fields'
import { ContractFields } from './contract-fields'

type Props = {
  initial: ExecutionPolicyDraft.ExecutionPolicyInput
  networks: readonly { value: string; label: string }[]
  /** "ETH on Base, USD on Tempo" */
  units: string
  submitLabel: string
  cancelHref: string
  save: (input: ExecutionPolicyDraft.ExecutionPolicyInput) => Promise<Outcome<{ href: string }>>
}

const urgencies = [
  { value: 'slow', label: 'Slow', hint: 'Whenever there is room.' },
  { value: 'standard', label: 'Standard', hint: 'Within a few blocks.' },
  { value: 'fast', label: 'Fast', hint: 'Within a block or two.' },
  { value: 'urgent', label: 'Urgent', hint: 'In the next block, for more.' },
]
const submissions = [
  { value: 'public', label: 'Public', hint: 'To every endpoint.' },
  { value: 'private', label: 'Private', hint: 'To the network’s private endpoint only.' },
  { value: 'private-first', label: 'Private first', hint: 'Public when the private endpoint stays silent.' },
]
const finalities = [
  { value: 'included', label: 'In a block' },
  { value: 'safe', label: 'In a safe block' },
  { value: 'final', label: 'In a final block' },
]
const refunds = [
  { value: 'when-proven', label: 'Refund when it is proven not to have happened' },
  { value: 'never', label: 'Never refund' },
]

/** Everything that a policy holds executions to; each rule here is enforced. */
export function PolicyForm({ initial, networks, units, submitLabel, cancelHref, save }: Props) {
  const router = useRouter()
  const ready = useHydrated()
  const form = useRef<HTMLFormElement>(null)
  const [input, setInput] = useState(initial)
  const [errors, setErrors] = useState<readonly FieldError[]>([])
  const [refusals, setRefusals] = useState(0)
  const [saving, startSaving] = useTransition()

  // Once the marks are drawn, not before.
  useEffect(() => {
    if (refusals > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [refusals])

  const errorOf = (field: string) => errors.find((error) => error.field === field)?.message
  function change(patch: Partial<ExecutionPolicyDraft.ExecutionPolicyInput>) {
    setInput((before) => ({ ...before, ...patch }))
    const [field = ''] = Object.keys(patch)
    setErrors((before) => before.filter((error) => error.field.split('.')[0] !== field))
  }

  function submit(event: FormEvent) {
    event.preventDefault()
    startSaving(async () => {
      const outcome = await save(input)
      if (outcome.ok) {
        toast.success('Saved: it holds from the next request on.')
        router.push(outcome.value.href)
        return
      }
      setErrors(outcome.fields)
      if (outcome.fields.length === 0) toast.error(outcome.message)
      setRefusals((before) => before + 1)
    })
  }

  const text = (field: 'name' | 'maxValue' | 'maxFee', hint: boolean) => ({
    id: `policy-${field}`,
    ...describedBy(`policy-${field}`, { hint, error: errorOf(field) !== undefined }),
    value: input[field],
    readOnly: !ready,
    autoComplete: 'off',
    onChange: (event: { target: { value: string } }) => change({ [field]: event.target.value }),
  })

  return (
    <form ref={form} onSubmit={submit} noValidate className="flex max-w-3xl flex-col gap-4">
      <Card>
        <CardHeader title="What may be called" description="Whatever is not named here is refused." />
        <CardContent className="flex flex-col gap-4">
          <Field id="policy-name" label="Name of the policy" error={errorOf('name')}>
            <Input {...text('name', false)} placeholder="Trading bot" />
          </Field>
          <ContractFields
            contracts={input.contracts}
            networks={networks}
            errorOf={errorOf}
            onChange={(contracts) => change({ contracts })}
          />
        </CardContent>
      </Card>
      <Card>
        <CardHeader
          title="One transaction"
          description={`Amounts in what gas is paid in: ${units}. Write 0.02, or 500000 gwei.`}
        />
        <CardContent className="grid gap-4 sm:grid-cols-2">
          <Field
            id="policy-maxValue"
            label="Most that it sends along"
            hint="Of the native token. 0: nothing. Tokens that a contract moves are not counted."
            error={errorOf('maxValue')}
          >
            <Input {...text('maxValue', true)} inputMode="decimal" className="tabular-nums" />
          </Field>
          <Field
            id="policy-maxFee"
            label="Most that it costs in fees"
            hint="It is held rather than pay more, and goes on when fees have fallen."
            error={errorOf('maxFee')}
          >
            <Input {...text('maxFee', true)} inputMode="decimal" className="tabular-nums" />
          </Field>
        </CardContent>
      </Card>
      <Card>
        <CardHeader
          title="One day"
          description="Counted from midnight UTC, on each network by itself. As much as a transaction may use is reserved until it has ended."
        />
        <CardContent>
          <CapsFields caps={input} errorOf={errorOf} onChange={(whom, caps) => change({ [whom]: caps })} />
        </CardContent>
      </Card>
      <Card>
        <CardHeader title="Terms" description="What a request may choose." />
        <CardContent className="grid gap-6 sm:grid-cols-2">
          <CheckGroup
            legend="Urgency"
            options={urgencies}
            value={input.urgencies}
            error={errorOf('urgencies')}
            onChange={(chosen) =>
              change({ urgencies: chosen as ExecutionPolicyDraft.ExecutionPolicyInput['urgencies'] })
            }
          />
          <CheckGroup
            legend="Submission"
            options={submissions}
            value={input.submissions}
            error={errorOf('submissions')}
            onChange={(chosen) =>
              change({ submissions: chosen as ExecutionPolicyDraft.ExecutionPolicyInput['submissions'] })
            }
          />
          <Field id="policy-finality" label="Its outcome counts" hint="At the earliest; a request may wait for more.">
            <Select
              id="policy-finality"
              {...describedBy('policy-finality', { hint: true })}
              value={input.finality}
              options={finalities}
              onValueChange={(finality) =>
                change({ finality: finality as ExecutionPolicyDraft.ExecutionPolicyInput['finality'] })
              }
            />
          </Field>
          <Field id="policy-refund" label="When an agent has paid for it" hint="For resources that sell an action.">
            <Select
              id="policy-refund"
              {...describedBy('policy-refund', { hint: true })}
              value={input.refund}
              options={refunds}
              onValueChange={(refund) =>
                change({ refund: refund as ExecutionPolicyDraft.ExecutionPolicyInput['refund'] })
              }
            />
          </Field>
        </CardContent>
      </Card>
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" disabled={saving || !ready}>
          {saving ? 'Saving…' : submitLabel}
        </Button>
        <ButtonLink href={cancelHref} variant="ghost">
          Cancel
        </ButtonLink>
        {errors.length > 0 && (
          <p role="alert" className="text-destructive">
            {errors.length === 1 ? 'One field needs attention.' : `${errors.length} fields need attention.`}
          </p>
        )}
      </div>
    </form>
  )
}
