export {
  askFacilitator as askUpstream,
  distrustFacilitator as distrust,
  type FacilitatorReply,
} from './ask-facilitator'
export * as Breaker from './Breaker'
export * as Codec from './Codec'
export { findClaimRoute, type ClaimRoute } from './find-claim-route'
export {
  findNamedFacilitator as findNamed,
  findRoute,
  forgetRoutes,
  isRouted as isTaken,
  listRoutedFacilitators as listRouted,
  takeTrial,
  type RouteCandidate,
  type SettlementRoute,
} from './find-route'
export {
  listRoutes,
  listRemoteFacilitators as listUpstreams,
  type RouteView,
  type RemoteFacilitatorView,
} from './list-facilitators'
export { refreshSupported } from './refresh-supported'
export * as RemoteFacilitator from './RemoteFacilitator'
export type { RemoteFacilitatorInput } from './RemoteFacilitatorDraft'
export {
  createRemoteFacilitator as createUpstream,
  setRoute,
  setRemoteFacilitatorStatus as setUpstreamStatus,
  updateRemoteFacilitator as updateUpstream,
  type RouteInput,
} from './save-facilitator'
export { testRemoteFacilitator as testUpstream, type FacilitatorTest } from './test-facilitator'
export { untilDeadline } from './until-deadline'
