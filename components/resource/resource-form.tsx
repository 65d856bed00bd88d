'use client'

import { useRouter } from 'next/navigation'
import { useCallback, useRef, useState, useTransition, type FormEvent, type ReactNode } from 'react'
import { toast } from 'sonner'
import type { FieldError } from '@/lib/errors'
import { ListingFields } from '../listing/listing-fields'
import type { PriceReplay } from '@/lib/payments'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'
import { ButtonLink } from '../ui/button-link'
import { Card, CardContent, CardHeader } from '../ui/card'
import { describedBy, Field } from '../ui/field'
import { Input, Textarea } from '../ui/input'
import { Select } from '../ui/select'
import { useHydrated } from '../use-hydrated'
import { ActionFields, type PolicyChoice } from './action-fields'
import { AdvancedFields } from './advanced-fields'
import type { ReadAbiAction } from './call-fields'
import { ChallengePreview, type PreviewAction } from './challenge-preview'
import { toInput, type FormState, type NetworkChoice } from './form-state'
import { PayoutFields } from './payout-fields'
import { PriceFields } from './price-fields'
import { PricePreview, type PriceAction } from './price-preview'
import { ReplayPanel } from './replay-panel'
import { SessionFields } from './session-fields'
import { UpstreamFields } from './upstream-fields'

type Props = {
  initial: FormState
  networks: readonly NetworkChoice[]
  /** Signed-in wallet, checksummed: the one-click pay-to. */
  wallet: string
  /** Address below which the path stands. */
  gatewayUrl: string
  methods: readonly string[]
  submitLabel: string
  cancelHref: string
  /** What an action may be held to. */
  policies: readonly PolicyChoice[]
  readAbi: ReadAbiAction
  preview: PreviewAction
  price: PriceAction
  /** Tries the draft's price on what was sold; where nothing was sold yet there is none. */
  replay?: (state: ReturnType<typeof toInput>, days: number) => Promise<Outcome<PriceReplay>>
  /** Creates or edits; answers the page to go to. */
  save: (state: ReturnType<typeof toInput>) => Promise<Outcome<{ href: string; warnings: FieldError[] }>>
}

const bodyMethods = ['POST', 'PUT', 'PATCH']

const kinds = [
  { value: 'api', label: 'An API' },
  { value: 'action', label: 'An on-chain action' },
]

/** Everything of a resource, with what an agent will see beside it. */
export function ResourceForm(props: Props) {
  const { initial, networks, wallet, gatewayUrl, methods, submitLabel, cancelHref, policies, readAbi } = props
  const { preview, price, replay, save } = props
  const router = useRouter()
  const ready = useHydrated()
  const form = useRef<HTMLFormElement>(null)
  const [state, setState] = useState(initial)
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const [submitted, setSubmitted] = useState<readonly FieldError[]>([])
  const [live, setLive] = useState<{ errors: readonly FieldError[]; warnings: readonly FieldError[] }>({
    errors: [],
    warnings: [],
  })
  const [saving, startSaving] = useTransition()

  const change = useCallback((patch: Partial<FormState>, field: string = Object.keys(patch)[0] ?? '') => {
    setState((before) => ({ ...before, ...patch }))
    setTouched((before) => new Set(before).add(field))
    setSubmitted((before) => before.filter((error) => error.field !== field))
  }, [])

  // Fields that were not touched yet are not blamed until the form is sent.
  const errorOf = (field: string) =>
    submitted.find((error) => error.field === field)?.message ??
    (touched.has(field) ? live.errors.find((error) => error.field === field)?.message : undefined)
  const warningOf = (field: string) => live.warnings.find((warning) => warning.field === field)?.message
  const control = (field: string, hint = false) => ({
    id: `resource-${field}`,
    ...describedBy(`resource-${field}`, { hint, error: errorOf(field) !== undefined }),
  })
  const text = (field: 'name' | 'description' | 'mimeType' | 'path') => ({
    value: state[field],
    readOnly: !ready,
    onChange: (event: { target: { value: string } }) => change({ [field]: event.target.value }, field),
  })

  function submit(event: FormEvent) {
    event.preventDefault()
    startSaving(async () => {
      const outcome = await save(toInput(state))
      if (outcome.ok) {
        toast.success('Saved')
        router.push(outcome.value.href)
        return
      }
      setSubmitted(outcome.fields)
      if (outcome.fields.length === 0) toast.error(outcome.message)
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
    })
  }

  return (
    <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
      <form ref={form} onSubmit={submit} noValidate className="flex flex-col gap-4">
        <Section title="What is sold">
          <Field
            id="resource-sells"
            label="Kind"
            hint={
              state.sells === 'action'
                ? 'An agent pays, and a call is signed and sent by this server, under your policy.'
                : 'An agent pays, and its request goes to your API.'
            }
          >
            <Select
              {...control('sells', true)}
              value={state.sells}
              onValueChange={(sells) =>
                change({ sells, ...(sells === 'action' && state.method === 'GET' && { method: 'POST' }) }, 'sells')
              }
              options={kinds}
              className="max-w-72"
            />
          </Field>
          <Field id="resource-name" label="Name" error={errorOf('name')}>
            <Input {...control('name')} {...text('name')} placeholder="Fortune of the day" autoComplete="off" />
          </Field>
          <div className="grid gap-4 sm:grid-cols-[8rem_minmax(0,1fr)]">
            <Field id="resource-method" label="Method" error={errorOf('method')}>
              <Select
                {...control('method')}
                value={state.method}
                onValueChange={(method) => change({ method })}
                options={methods.map((value) => ({ value, label: value }))}
              />
            </Field>
            <Field
              id="resource-path"
              label="Path"
              error={errorOf('path')}
              hint={
                <>
                  A :name matches one segment. Sold at{' '}
                  <span className="font-mono break-all">
                    {gatewayUrl}
                    {state.path}
                  </span>
                </>
              }
            >
              <Input
                {...control('path', true)}
                {...text('path')}
                className="font-mono text-xs"
                autoComplete="off"
                spellCheck={false}
              />
            </Field>
          </div>
          <Field
            id="resource-description"
            label="Description"
            error={errorOf('description')}
            hint="One sentence for agents; it is part of the challenge."
          >
            <Textarea {...control('description', true)} {...text('description')} rows={2} />
          </Field>
          {state.sells !== 'action' && (
            <Field id="resource-mimeType" label="Answer’s media type" error={errorOf('mimeType')}>
              <Input
                {...control('mimeType')}
                {...text('mimeType')}
                className="font-mono text-xs"
                autoComplete="off"
                spellCheck={false}
              />
            </Field>
          )}
        </Section>

        <Section title="Price">
          <PriceFields state={state} errorOf={errorOf} warningOf={warningOf} onChange={change} />
        </Section>
        <PricePreview state={state} price={price} />
        {replay && <ReplayPanel what="this draft" run={(days) => replay(toInput(state), days)} />}

        <Section title="Payout">
          <PayoutFields
            networks={networks}
            wallet={wallet}
            payTo={state.payTo}
            errorOf={errorOf}
            warningOf={warningOf}
            onChange={(payTo, field) => change({ payTo }, field)}
          />
        </Section>

        {state.sells === 'action' ? (
          <Section title="Action">
            <ActionFields
              state={state}
              networks={networks}
              policies={policies}
              readAbi={readAbi}
              errorOf={errorOf}
              onChange={change}
            />
          </Section>
        ) : (
          <Section title="Upstream">
            <UpstreamFields state={state} errorOf={errorOf} onChange={change} />
          </Section>
        )}

        <Section title="Sessions">
          <SessionFields state={state} errorOf={errorOf} onChange={(patch, field) => change(patch, field)} />
        </Section>

        <Section title="Advanced">
          <AdvancedFields state={state} errorOf={errorOf} onChange={change} />
        </Section>

        <Section title="Directories">
          <ListingFields
            listing={state.listing}
            hasBody={bodyMethods.includes(state.method)}
            isAction={state.sells === 'action'}
            errorOf={errorOf}
            onChange={(listing, field) => change({ listing }, field)}
          />
        </Section>

        <div className="flex items-center gap-2">
          <Button type="submit" disabled={saving || !ready}>
            {saving ? 'Saving…' : submitLabel}
          </Button>
          <ButtonLink href={cancelHref} variant="ghost">
            Cancel
          </ButtonLink>
          {submitted.length > 0 && (
            <p role="alert" className="text-destructive">
              {submitted.length === 1 ? 'One field needs attention.' : `${submitted.length} fields need attention.`}
            </p>
          )}
        </div>
      </form>
      <ChallengePreview state={state} preview={preview} onChecked={setLive} />
    </div>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card>
      <CardHeader title={title} />
      <CardContent className="flex flex-col gap-4">{children}</CardContent>
    </Card>
  )
}
