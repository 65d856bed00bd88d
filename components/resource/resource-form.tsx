'use client'

import { useRouter } from 'next/navigation'
import { useCallback, useState, type ReactNode } from 'react'
import { toast } from 'sonner'
import type { FieldError } from '@/lib/errors'
import type { PriceReplay } from '@/lib/payments'
import { bind } from '../form/bind'
import { SelectField, TextAreaField, TextField } from '../form/field'
import { Form, FormFooter } from '../form/form'
import { useActionForm } from '../form/use-action-form'
import { ListingFields } from '../listing/listing-fields'
import type { Outcome } from '../outcome'
import { Panel } from '../panel'
import { ActionFields, type PolicyChoice } from './action-fields'
import { AdvancedFields } from './advanced-fields'
import type { ReadAbiAction } from './call-fields'
import { ChallengePreview, type PreviewAction } from './challenge-preview'
import { toInput, type FormState, type NetworkChoice, type ShopPayouts } from './form-state'
import { ResourcePayouts } from './resource-payouts'
import { PriceFields } from './price-fields'
import { PricePreview, type PriceAction } from './price-preview'
import { ReplayPanel } from './replay-panel'
import { SessionFields } from './session-fields'
import { UpstreamFields } from './upstream-fields'

type Props = {
  initial: FormState
  networks: readonly NetworkChoice[]
  /** The addresses that the shop is paid to. */
  shopPayouts: ShopPayouts
  /** The signed-in wallet, checksummed, for “Use mine”. */
  wallet: string
  /** The URL that the path is appended to. */
  gatewayUrl: string
  methods: readonly string[]
  submitLabel: string
  cancelHref: string
  /** The policies that an action may run under. */
  policies: readonly PolicyChoice[]
  readAbi: ReadAbiAction
  preview: PreviewAction
  price: PriceAction
  /** Applies the draft's price to past sales. Left out for a new resource. */
  replay?: (state: ReturnType<typeof toInput>, days: number) => Promise<Outcome<PriceReplay>>
  /** Creates or edits the resource, as a draft or not; returns the page to open next. */
  save: (
    state: ReturnType<typeof toInput>,
    isDraft: boolean,
  ) => Promise<Outcome<{ href: string; warnings: FieldError[] }>>
}

const bodyMethods = ['POST', 'PUT', 'PATCH']

const kinds = [
  { value: 'api', label: 'An API' },
  { value: 'action', label: 'An on-chain action' },
]

/** All fields of a resource, beside the 402 that an agent will get. */
export function ResourceForm(props: Props) {
  const { submitLabel, cancelHref, preview, save } = props
  const router = useRouter()
  const { state, change, errorOf, warningOf, setLive } = useDraft(props.initial)
  const form = useActionForm(
    () => save(toInput(state), false),
    ({ href }) => {
      toast.success('Saved')
      router.push(href)
    },
  )
  const refusalOf = (field: string) => form.errors.find((error) => error.field === field)?.message
  return (
    <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
      <Form form={form} errorOf={(field) => refusalOf(field) ?? errorOf(field)} warningOf={warningOf}>
        <Sections {...props} state={state} change={change} />
        <FormFooter form={form} submitLabel={submitLabel} cancelHref={cancelHref} />
      </Form>
      <ChallengePreview state={state} preview={preview} onChecked={setLive} />
    </div>
  )
}

type Checked = { errors: readonly FieldError[]; warnings: readonly FieldError[] }

/** The draft as typed, and what the server says of it while a person types. */
function useDraft(initial: FormState) {
  const [state, setState] = useState(initial)
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const [live, setLive] = useState<Checked>({ errors: [], warnings: [] })
  const change = useCallback((patch: Partial<FormState>, field: string) => {
    setState((before) => ({ ...before, ...patch }))
    setTouched((before) => new Set(before).add(field))
  }, [])
  const messageOf = (list: readonly FieldError[], field: string) => list.find((entry) => entry.field === field)?.message
  // A field shows its error only after it was edited, until the form is sent.
  const errorOf = (field: string) => (touched.has(field) ? messageOf(live.errors, field) : undefined)
  const warningOf = (field: string) => messageOf(live.warnings, field)
  return { state, change, errorOf, warningOf, setLive }
}

type SectionsProps = Props & { state: FormState; change: (patch: Partial<FormState>, field: string) => void }

function Sections({
  state,
  change,
  networks,
  shopPayouts,
  wallet,
  gatewayUrl,
  methods,
  policies,
  readAbi,
  price,
  replay,
}: SectionsProps) {
  const isAction = state.sells === 'action'
  return (
    <>
      <Section title="What is sold">
        <IdentityFields state={state} change={change} gatewayUrl={gatewayUrl} methods={methods} />
      </Section>
      <Section title="Price">
        <PriceFields state={state} onChange={change} />
      </Section>
      <PricePreview state={state} price={price} />
      {replay && <ReplayPanel what="this draft" run={(days) => replay(toInput(state), days)} />}
      <Section title="Payout">
        <ResourcePayouts networks={networks} shopPayouts={shopPayouts} wallet={wallet} state={state} change={change} />
      </Section>
      {isAction ? (
        <Section title="Action">
          <ActionFields state={state} networks={networks} policies={policies} readAbi={readAbi} onChange={change} />
        </Section>
      ) : (
        <Section title="Upstream">
          <UpstreamFields state={state} onChange={change} />
        </Section>
      )}
      <Section title="Sessions">
        <SessionFields state={state} onChange={change} />
      </Section>
      <Section title="Advanced">
        <AdvancedFields state={state} onChange={change} />
      </Section>
      <Section title="Directories">
        <ListingFields
          listing={state.listing}
          hasBody={bodyMethods.includes(state.method)}
          isAction={isAction}
          onChange={(listing, field) => change({ listing }, field)}
        />
      </Section>
    </>
  )
}

type IdentityProps = Pick<SectionsProps, 'state' | 'change' | 'gatewayUrl' | 'methods'>

function IdentityFields({ state, change, gatewayUrl, methods }: IdentityProps) {
  const isAction = state.sells === 'action'
  return (
    <>
      <SelectField
        name="sells"
        label="Kind"
        hint={
          isAction
            ? 'An agent pays, and this server signs and sends a transaction under your policy.'
            : 'An agent pays, and its request is sent to your API.'
        }
        options={kinds}
        width="max-w-72"
        value={state.sells}
        onChange={(sells) =>
          change({ sells, ...(sells === 'action' && state.method === 'GET' && { method: 'POST' }) }, 'sells')
        }
      />
      <TextField label="Name" placeholder="Fortune of the day" {...bind(state, change, 'name')} />
      <div className="grid gap-4 sm:grid-cols-[8rem_minmax(0,1fr)]">
        <SelectField
          label="Method"
          options={methods.map((value) => ({ value, label: value }))}
          {...bind(state, change, 'method')}
        />
        <TextField
          label="Path"
          hint={
            <>
              A :name matches one segment. Sold at{' '}
              <span className="font-mono break-all">
                {gatewayUrl}
                {state.path}
              </span>
            </>
          }
          kind="code"
          {...bind(state, change, 'path')}
        />
      </div>
      <TextAreaField
        label="Description"
        hint="One sentence for agents; it is part of the challenge."
        rows={2}
        {...bind(state, change, 'description')}
      />
      {!isAction && <TextField label="Answer’s media type" kind="code" {...bind(state, change, 'mimeType')} />}
    </>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Panel title={title} contentClassName="flex flex-col gap-4">
      {children}
    </Panel>
  )
}
