import { type BreakerState } from './Breaker'
import type * as RemoteFacilitator from './RemoteFacilitator'

/** The parties that may settle a payment: facilitators in order of preference, then this server if `local`. */
export type SettlementRoute = { facilitators: readonly RouteCandidate[]; local: boolean }

export type RouteCandidate = { facilitator: RemoteFacilitator.RemoteFacilitator; state: BreakerState }
