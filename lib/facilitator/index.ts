export type { Caller } from './Caller'
export * as Facilitation from './Facilitation'
export { assertAllowed, findCaller } from './find-caller'
export * as Limits from './Limits'
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
  type UsageRow,
} from './list-facilitations'
export { listLimits, setLimits } from './set-limits'
export { checkNow, listUnknowns, type Unknown } from './unknowns'
export { giveBack, reservation, type Reservation } from './reserve-allowance'
export { squareFacilitations, toSquare } from './square-facilitations'
