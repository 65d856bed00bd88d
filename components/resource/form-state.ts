import type { ResourceView, ResourceDraft } from '@/lib/merchants'
import { Caip } from '@/lib/money'
import { emptyListing, listingOf, type ListingState } from '../listing/listing-state'
import { actionOf, emptyAction, toAction, type ActionState } from './action-state'
import { emptyPrice, priceOf, toPricing, type PriceState } from './price-state'

/** A network the server sells on, as the form needs it. */
export type NetworkChoice = { network: string; name: string; token: string }

/** What the fields hold: text as typed. */
export type FormState = {
  name: string
  description: string
  mimeType: string
  method: string
  path: string
  upstreamUrl: string
  timeoutMs: string
  /** Dollars of a call before anything is counted. */
  price: string
  pricing: PriceState
  /** Pay-to by network; a network without an entry is not offered. */
  payTo: Record<string, string>
  settle: string
  streaming: boolean
  sideEffects: boolean
  listing: ListingState
} & SessionState &
  AdvancedState &
  ActionState

export type AdvancedState = {
  permit2: boolean
  contractPayers: boolean
  identifierRequired: boolean
  /** Seconds, or empty. */
  accessSeconds: string
}

export type SessionState = { session: boolean; meter: string; unitType: string; depositUnits: string }

/** The word for a unit of each meter, until somebody writes another. */
export const meterWords: Record<string, string> = { request: 'request', event: 'event', units: 'unit' }

/** Whether the wallet that signed in, which is an EVM one, can be paid there. */
export function isOwn(network: string): boolean {
  return !Caip.isSolana(network)
}

/** `policyId` is the policy that actions are held to until another one is chosen. */
export function emptyState(networks: readonly NetworkChoice[], wallet: string, policyId = ''): FormState {
  return {
    ...emptyAction(networks[0]?.network ?? '', policyId),
    name: '',
    description: '',
    mimeType: 'application/json',
    method: 'GET',
    path: '/',
    upstreamUrl: '',
    timeoutMs: '30000',
    price: '0.01',
    pricing: emptyPrice,
    payTo: Object.fromEntries(networks.flatMap(({ network }) => (isOwn(network) ? [[network, wallet]] : []))),
    settle: 'default',
    streaming: false,
    sideEffects: false,
    session: false,
    meter: 'request',
    unitType: 'request',
    depositUnits: '1000',
    permit2: false,
    contractPayers: false,
    identifierRequired: false,
    accessSeconds: '',
    listing: emptyListing,
  }
}

/** `empty` is what an action begins with. */
export function stateOf(view: ResourceView, empty: ActionState): FormState {
  return {
    ...actionOf(view.execution, view.policyId, empty),
    name: view.name,
    description: view.description,
    mimeType: view.mimeType,
    method: view.method,
    path: view.path,
    upstreamUrl: view.upstreamUrl,
    timeoutMs: String(view.timeoutMs),
    ...priceOf(view),
    payTo: Object.fromEntries(view.payouts.map(({ network, payTo }) => [network, payTo])),
    settle: view.settle ?? 'default',
    streaming: view.streaming,
    sideEffects: view.sideEffects,
    session: view.session,
    meter: view.meter,
    unitType: view.unitType,
    depositUnits: String(view.depositUnits),
    permit2: view.permit2,
    contractPayers: view.contractPayers,
    identifierRequired: view.identifierRequired,
    accessSeconds: view.accessSeconds === null ? '' : String(view.accessSeconds),
    listing: listingOf(view.listing),
  }
}

/** What the server's `Draft.parse` takes. */
export function toInput(state: FormState): ResourceDraft.ResourceInput {
  const {
    pricing,
    payTo,
    method,
    settle,
    meter,
    sells,
    policyId,
    actionNetwork,
    calls,
    urgency,
    deadlineSeconds,
    finality,
    ...rest
  } = state
  const common = {
    ...rest,
    method: method as ResourceDraft.ResourceInput['method'],
    settle: settle as ResourceDraft.ResourceInput['settle'],
    meter: meter as ResourceDraft.ResourceInput['meter'],
    pricing: toPricing(pricing),
    note: pricing.note,
    payouts: Object.entries(payTo).map(([network, address]) => ({ network, payTo: address })),
  }
  if (sells !== 'action') return common
  const action = { sells, policyId, actionNetwork, calls, urgency, deadlineSeconds, finality }
  // What only an API has is left out: a switch that is not shown must not be in the way.
  return {
    ...common,
    settle: 'default',
    streaming: false,
    meter: 'request',
    accessSeconds: '',
    upstreamUrl: '',
    execution: toAction(action),
    policyId,
  }
}
