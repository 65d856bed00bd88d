export { askFacilitator, type FacilitatorReply } from './ask-facilitator'
export { distrustFacilitator } from './distrust-facilitator'
export * as Breaker from './Breaker'
export * as Codec from './Codec'
export { findClaimRoute, type ClaimRoute } from './find-claim-route'
export {
  findRoute,
  forgetRoutes,
  listRoutedFacilitators,
  type RouteCandidate,
  type SettlementRoute,
} from './find-route'
export { takeTrial } from './take-trial'
export { findNamedFacilitator } from './find-named-facilitator'
export { isRouted } from './is-routed'
export { listRemoteFacilitators, type RouteView, type RemoteFacilitatorView } from './list-facilitators'
export { listRoutes } from './list-routes'
export { refreshSupported } from './refresh-supported'
export * as RemoteFacilitator from './RemoteFacilitator'
export type { RemoteFacilitatorInput } from './RemoteFacilitatorDraft'
export {
  createRemoteFacilitator,
  setRemoteFacilitatorStatus,
  updateRemoteFacilitator,
  type RouteInput,
} from './save-facilitator'
export { setRoute } from './set-route'
export { testRemoteFacilitator, type FacilitatorTest } from './test-facilitator'
export { untilDeadline } from './until-deadline'
