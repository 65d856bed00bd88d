export { askUpstream, distrust, type Asked } from './ask-facilitator'
export * as Breaker from './Breaker'
export * as Codec from './Codec'
export { findClaimRoute, type ClaimRoute } from './find-claim-route'
export {
  findNamed,
  findRoute,
  forgetRoutes,
  isTaken,
  listRouted,
  takeTrial,
  type Candidate,
  type Route,
} from './find-route'
export { listRoutes, listUpstreams, type RouteView, type UpstreamView } from './list-facilitators'
export { refreshSupported } from './refresh-supported'
export * as RemoteFacilitator from './RemoteFacilitator'
export type { UpstreamInput } from './RemoteFacilitatorDraft'
export { createUpstream, setRoute, setUpstreamStatus, updateUpstream, type RouteInput } from './save-facilitator'
export { testUpstream, type Tested } from './test-facilitator'
export { untilDeadline } from './until-deadline'
