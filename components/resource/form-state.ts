import type { ResourceView, ResourceDraft } from '@/lib/merchants'
import { Caip, Rail } from '@/lib/money'
import { emptyListing, listingOf, type ListingState } from '../listing/listing-state'
import type { SignedMessage } from '../sign-in/sign-by-evm'
import { actionOf, emptyAction, toAction, type ActionState } from './action-state'
import { depositUnitsOf } from './derived'
import { emptyPrice, priceOf, toPricing, type PriceState } from './price-state'

/** A network that the server sells on. */
export type NetworkChoice = {
  network: string
  name: string
  token: string
  /** What is written in an empty field. */
  placeholder: string
  /** The account of this installation, where a wallet is no address. */
  suggestion?: string
}

/** The text of the fields, as typed. */
export type FormState = {
  name: string
  description: string
  mimeType: string
  method: string
  path: string
  upstreamUrl: string
  timeoutMs: string
  /** Price of a call in dollars before anything is counted. */
  price: string
  pricing: PriceState
  /** Pay-to address by network; a network without an entry is not offered. */
  payTo: Record<string, string>
  /** Whether it is paid to other addresses than the shop. */
  ownPayouts: boolean
  /** The wallet's signature over addresses that are not the shop's; null before it signs. */
  signed: SignedMessage | null
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

/** The default word for a unit of each meter. */
export const meterWords: Record<string, string> = { request: 'request', event: 'event', units: 'unit' }

/** Whether the signed-in wallet, which is an EVM wallet, can be paid on this network. */
export function isOwn(network: string): boolean {
  return !Caip.isSolana(network) && !Rail.kindOf(network)
}

/** The payouts of a shop, by network. */
export type ShopPayouts = readonly { network: string; payTo: string }[]

/**
 * A new resource, paid to the addresses of the shop; to the signed-in wallet in a shop that has none. `policyId` is the policy of
 * a new action.
 */
export function emptyState(
  networks: readonly NetworkChoice[],
  shopPayouts: ShopPayouts,
  wallet: string,
  policyId = '',
): FormState {
  const payouts =
    shopPayouts.length > 0
      ? shopPayouts
      : networks.flatMap(({ network }) => (isOwn(network) ? [{ network, payTo: wallet }] : []))
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
    payTo: Object.fromEntries(payouts.map(({ network, payTo }) => [network, payTo])),
    ownPayouts: shopPayouts.length === 0,
    signed: null,
    settle: 'default',
    streaming: false,
    sideEffects: false,
    session: false,
    meter: 'request',
    unitType: 'request',
    depositUnits: depositUnitsOf('0.01'),
    permit2: false,
    contractPayers: false,
    identifierRequired: false,
    accessSeconds: '',
    listing: emptyListing,
  }
}

/** `empty` is the state of a new action. */
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
    ownPayouts: view.ownPayouts,
    signed: null,
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

/** The input of `ResourceDraft.parse` on the server. */
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
  // Fields of an API alone are reset: a hidden switch must not refuse the form.
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
