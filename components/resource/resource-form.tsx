'use client'

import { useRouter } from 'next/navigation'
import { useCallback, useState } from 'react'
import { toast } from 'sonner'
import type { FieldError } from '@/lib/errors'
import type { PriceReplay } from '@/lib/payments'
import { bind } from '../form/bind'
import { TextAreaField, TextField } from '../form/field'
import { Form, FormFooter } from '../form/form'
import { FormSection } from '../form/form-section'
import { useKeptState } from '../form/use-kept-state'
import { useActionForm } from '../form/use-action-form'
import { ListingFields } from '../listing/listing-fields'
import type { Outcome } from '../outcome'
import { Panel } from '../panel'
import { Button } from '../ui/button'
import { ActionFields, type PolicyChoice } from './action-fields'
import { AdvancedFields } from './advanced-fields'
import type { ReadAbiAction } from './call-fields'
import { ChallengePreview, type PreviewAction } from './challenge-preview'
import { toInput, type FormState, type NetworkChoice, type ShopPayouts } from './form-state'
import { ResourcePayouts, type PayoutSigning } from './resource-payouts'
import { PriceFields } from './price-fields'
import { PricePreview, type PriceAction } from './price-preview'
import { ReplayPanel } from './replay-panel'
import * as sectionWords from './section-words'
import { SessionFields } from './session-fields'
import type { TryUpstreamAction } from './test-request'
import { UpstreamFields } from './upstream-fields'
import { WhatIsSold } from './what-is-sold'

type Props = {
  initial: FormState
  networks: readonly NetworkChoice[]
  /** The addresses that the shop is paid to. */
  shopPayouts: ShopPayouts
  /** How the wallet signs addresses that are not the shop's. */
  signing: PayoutSigning
  /** The signed-in wallet, checksummed, for “Use mine”. */
  wallet: string
  /** The URL that the path is appended to. */
  gatewayUrl: string
  methods: readonly string[]
  /** `new` and `draft` go on sale or are kept as drafts; `edit` changes what is on sale. */
  stage: 'new' | 'draft' | 'edit'
  /** The tab keeps what is typed under this key. */
  keptAs: string
  cancelHref: string
  /** The policies that an action may run under. */
  policies: readonly PolicyChoice[]
  readAbi: ReadAbiAction
  tryUpstream: TryUpstreamAction
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

/** The three fields that a resource needs, everything else in closed sections, beside the 402 that an agent will get. */
export function ResourceForm(props: Props) {
  const { stage, cancelHref, preview, save } = props
  const router = useRouter()
  const draft = useDraft(props.keptAs, props.initial)
  const { state, change } = draft
  const form = useActionForm(
    (values) => save(toInput(state), values.text('as') === 'draft'),
    ({ href }) => {
      draft.forget()
      toast.success('Saved')
      router.push(href)
    },
  )
  return (
    <div className="@container">
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-6 @min-[60rem]:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
        <Form form={form} errors={[...form.errors, ...draft.errors]} warningOf={draft.warningOf}>
          {draft.isRestored && <Restored discard={draft.discard} />}
          <WhatIsSold {...props} state={state} change={change} isOnSale={stage === 'edit'} />
          <Sections {...props} state={state} change={change} />
          <FormFooter
            form={form}
            submitLabel={stage === 'edit' ? 'Save changes' : 'Put on sale'}
            cancelHref={cancelHref}
            isChanged={state !== props.initial}
            isKept
            className="sticky bottom-0 z-10 -mx-1 border-t bg-background/95 px-1 py-3 backdrop-blur-sm"
          >
            {stage !== 'edit' && (
              <Button type="submit" name="as" value="draft" variant="outline" disabled={form.busy}>
                Save as draft
              </Button>
            )}
            <a href="#preview" className="ml-auto rounded-sm text-xs text-brand hover:underline @min-[60rem]:hidden">
              What an agent will see
            </a>
          </FormFooter>
        </Form>
        <div id="preview" className="scroll-mt-16 @min-[60rem]:sticky @min-[60rem]:top-20">
          <ChallengePreview state={state} preview={preview} onChecked={draft.setLive} />
        </div>
      </div>
    </div>
  )
}

function Restored({ discard }: { discard: () => void }) {
  return (
    <p
      role="status"
      className="flex flex-wrap items-center gap-x-3 rounded-md border bg-card px-3 py-2 text-muted-foreground"
    >
      This is what you typed before you left this page. It is not saved.
      <Button variant="ghost" size="sm" onClick={discard}>
        Start over
      </Button>
    </p>
  )
}

type Checked = { errors: readonly FieldError[]; warnings: readonly FieldError[] }

/** The draft as typed, and what the server says of it while a person types. */
function useDraft(key: string, initial: FormState) {
  const { state, setState, ...kept } = useKeptState(key, initial)
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const [live, setLive] = useState<Checked>({ errors: [], warnings: [] })
  const change = useCallback(
    (patch: Partial<FormState>, field: string) => {
      setState((before) => ({ ...before, ...patch }))
      setTouched((before) => new Set(before).add(field))
    },
    [setState],
  )
  // A field shows its error only after it was edited, until the form is sent.
  const errors = live.errors.filter(({ field }) => touched.has(field))
  const warningOf = (field: string) => live.warnings.find((entry) => entry.field === field)?.message
  return { ...kept, state, change, errors, warningOf, setLive }
}

type SectionsProps = Props & { state: FormState; change: (patch: Partial<FormState>, field: string) => void }

function Sections(props: SectionsProps) {
  const { state, change, initial, signing, networks, shopPayouts, wallet, policies, readAbi } = props
  const isAction = state.sells === 'action'
  return (
    <>
      {isAction && (
        <Panel title="Action" contentClassName="flex flex-col gap-4">
          <ActionFields state={state} networks={networks} policies={policies} readAbi={readAbi} onChange={change} />
        </Panel>
      )}
      <PriceSection {...props} />
      <FormSection title="Payouts" summary={sectionWords.payouts(state, networks, shopPayouts)} fields={['payouts']}>
        <ResourcePayouts {...{ networks, shopPayouts, wallet, initial, signing, state, change }} />
      </FormSection>
      <FormSection
        title="Sessions"
        summary={sectionWords.sessions(state)}
        fields={['session', 'meter', 'unitType', 'depositUnits']}
      >
        <SessionFields state={state} onChange={change} />
      </FormSection>
      <DirectorySection {...props} />
      <FormSection title="Advanced" summary={sectionWords.advanced(state)} fields={advancedFields}>
        {!isAction && <UpstreamFields state={state} onChange={change} />}
        <AdvancedFields state={state} onChange={change} />
      </FormSection>
    </>
  )
}

const advancedFields = [
  'timeoutMs',
  'streaming',
  'sideEffects',
  'settle',
  'permit2',
  'contractPayers',
  'identifierRequired',
  'accessSeconds',
]

function PriceSection({ state, change, price, replay }: SectionsProps) {
  return (
    <FormSection title="Price rules" summary={sectionWords.priceRules(state)} fields={['pricing', 'note']}>
      <PriceFields state={state} onChange={change} />
      <PricePreview state={state} price={price} />
      {replay && <ReplayPanel what="this draft" run={(days) => replay(toInput(state), days)} />}
    </FormSection>
  )
}

function DirectorySection({ state, change }: SectionsProps) {
  const isAction = state.sells === 'action'
  return (
    <FormSection
      title="Directories"
      summary={sectionWords.directories(state)}
      fields={['description', 'mimeType', 'listing']}
    >
      <TextAreaField
        label="Description"
        hint="One sentence for agents; it is part of the challenge."
        rows={2}
        {...bind(state, change, 'description')}
      />
      {!isAction && <TextField label="Answer’s media type" kind="code" {...bind(state, change, 'mimeType')} />}
      <ListingFields
        listing={state.listing}
        hasBody={bodyMethods.includes(state.method)}
        isAction={isAction}
        onChange={(listing, field) => change({ listing }, field)}
      />
    </FormSection>
  )
}
