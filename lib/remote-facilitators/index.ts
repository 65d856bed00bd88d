export { askFacilitator as askUpstream, type FacilitatorReply } from './ask-facilitator'
export { distrustFacilitator as distrust } from './distrust-facilitator'
export * as Breaker from './Breaker'
export * as Codec from './Codec'
export { findClaimRoute, type ClaimRoute } from './find-claim-route'
export {
  findRoute,
  forgetRoutes,
  listRoutedFacilitators as listRouted,
  type RouteCandidate,
  type SettlementRoute,
} from './find-route'
export { takeTrial } from './take-trial'
export { findNamedFacilitator as findNamed } from './find-named-facilitator'
export { isRouted as isTaken } from './is-routed'
export {
  listRemoteFacilitators as listUpstreams,
  type RouteView,
  type RemoteFacilitatorView,
} from './list-facilitators'
export { listRoutes } from './list-routes'
export { refreshSupported } from './refresh-supported'
export * as RemoteFacilitator from './RemoteFacilitator'
export type { RemoteFacilitatorInput } from './RemoteFacilitatorDraft'
export {
  createRemoteFacilitator as createUpstream,
  setRemoteFacilitatorStatus as setUpstreamStatus,
  updateRemoteFacilitator as updateUpstream,
  type RouteInput,
} from './save-facilitator'
export { setRoute } from './set-route'
export { testRemoteFacilitator as testUpstream, type FacilitatorTest } from './test-facilitator'
export { untilDeadline } from './until-deadline'
