export type { Caller } from './Caller'
export * as Facilitation from './Facilitation'
export { assertAllowed, findCaller } from './find-caller'
export * as CallerLimits from './CallerLimits'
export {
  beginFacilitation,
  endFacilitation,
  flushFacilitations,
  forgetVerifications,
  recordFacilitation,
} from './record-facilitation'
export { handle, verbOf, verbs } from './handle'
export * as FacilitationFilter from './FacilitationFilter'
export {
  listCallers,
  listFacilitations,
  sumFacilitations,
  type FacilitationRow,
  type CallerUsageRow,
} from './list-facilitations'
export { listLimits, setLimits } from './set-limits'
export { checkNow, listUnknowns, type UnknownSettlement } from './unknowns'
export { giveBack, reservation, type AllowanceReservation } from './reserve-allowance'
export { squareFacilitations, toSquare } from './square-facilitations'
