'use client'

import { bind } from '../form/bind'
import { SelectField, TextField } from '../form/field'
import { useFormScope } from '../form/form-scope'
import { Panel } from '../panel'
import { Button } from '../ui/button'
import { depositUnitsOf, nameOf, pathOf } from './derived'
import type { FormState } from './form-state'
import { nothing } from './price-state'
import { TestRequest, type TryUpstreamAction } from './test-request'

type Props = {
  state: FormState
  change: (patch: Partial<FormState>, field: string) => void
  gatewayUrl: string
  methods: readonly string[]
  /** Agents know its path: it does not follow the address of the API. */
  isOnSale: boolean
  tryUpstream: TryUpstreamAction
}

/** The fields that every resource needs: the address of the API, the price, the name. Method and path follow from the address. */
export function WhatIsSold({ state, change, gatewayUrl, methods, isOnSale, tryUpstream }: Props) {
  const isAction = state.sells === 'action'
  return (
    <Panel
      title={isAction ? 'An on-chain action' : 'Your API'}
      description={
        isAction
          ? 'An agent pays, and this server signs and sends a transaction under your policy.'
          : 'An agent pays, and its request is sent to your API.'
      }
      actions={<KindButton state={state} change={change} />}
      contentClassName="flex flex-col gap-4"
    >
      {!isAction && (
        <>
          <TextField
            name="upstreamUrl"
            label="Address of your API"
            hint="May contain a :name of the path. The query of the request is appended."
            kind="url"
            placeholder="https://api.example.com/v1/fortune"
            value={state.upstreamUrl}
            onChange={(upstreamUrl) => change(addressed(state, upstreamUrl, isOnSale), 'upstreamUrl')}
          />
          <TestRequest state={state} tryUpstream={tryUpstream} onFill={(patch) => change(patch, 'listing.output')} />
        </>
      )}
      <div className="grid gap-4 sm:grid-cols-[14rem_minmax(0,1fr)]">
        <PriceField state={state} change={change} />
        <TextField label="Name" placeholder="Fortune of the day" {...bind(state, change, 'name')} />
      </div>
      <Place state={state} change={change} gatewayUrl={gatewayUrl} methods={methods} />
    </Panel>
  )
}

type PartProps = Pick<Props, 'state' | 'change'>

function KindButton({ state, change }: PartProps) {
  const isAction = state.sells === 'action'
  const toAction = { sells: 'action', ...(state.method === 'GET' && { method: 'POST' }) }
  return (
    <Button variant="ghost" size="sm" onClick={() => change(isAction ? { sells: 'api' } : toAction, 'sells')}>
      {isAction ? 'Sell an API instead' : 'Sell an action instead'}
    </Button>
  )
}

/** A new address brings its path and a name along, where these are still the ones of the address before. */
function addressed(state: FormState, upstreamUrl: string, isOnSale: boolean): Partial<FormState> {
  const follows = !isOnSale && (state.path === '/' || state.path === pathOf(state.upstreamUrl))
  const isNamed = state.name !== '' && state.name !== nameOf(state.upstreamUrl)
  return {
    upstreamUrl,
    ...(follows && { path: pathOf(upstreamUrl) }),
    ...(!isOnSale && !isNamed && { name: nameOf(upstreamUrl) }),
  }
}

function PriceField({ state, change }: PartProps) {
  return (
    <TextField
      name="price"
      label={`Price of one ${state.session ? state.unitType || 'unit' : 'call'}, in dollars`}
      hint={
        state.pricing.counted !== nothing
          ? 'Before anything is counted; may be 0.'
          : 'Up to six decimals. Quotes already given hold for five minutes.'
      }
      kind="dollars"
      value={state.price}
      onChange={(price) => {
        const isDefault = state.depositUnits === depositUnitsOf(state.price)
        change({ price, ...(isDefault && { depositUnits: depositUnitsOf(price) }) }, 'price')
      }}
    />
  )
}

/** Method and path, closed: they follow from the address. */
function Place({ state, change, gatewayUrl, methods }: PartProps & Pick<Props, 'gatewayUrl' | 'methods'>) {
  const { errorOf } = useFormScope()
  const isWrong = (errorOf('path') ?? errorOf('method')) !== undefined
  return (
    <details className="group" {...(isWrong && { open: true })}>
      <summary className="cursor-pointer rounded-sm text-xs text-muted-foreground">
        Sold at{' '}
        <span className="font-mono break-all text-foreground">
          {state.method} {gatewayUrl}
          {state.path}
        </span>{' '}
        <span className="font-medium text-brand group-open:invisible">Change</span>
      </summary>
      <div className="mt-3 grid gap-4 sm:grid-cols-[8rem_minmax(0,1fr)]">
        <SelectField
          label="Method"
          options={methods.map((value) => ({ value, label: value }))}
          {...bind(state, change, 'method')}
        />
        <TextField label="Path" hint="A :name matches one segment." kind="code" {...bind(state, change, 'path')} />
      </div>
    </details>
  )
}
