import { type BreakerState } from './Breaker'
import type * as RemoteFacilitator from './RemoteFacilitator'

/** Who may settle a payment: facilitators in order of preference, then we ourselves, if at all. */
export type SettlementRoute = { facilitators: readonly RouteCandidate[]; local: boolean }

export type RouteCandidate = { facilitator: RemoteFacilitator.RemoteFacilitator; state: BreakerState }
