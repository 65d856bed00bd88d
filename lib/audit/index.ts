export * as AuditEvent from './AuditEvent'
export * as EventFilter from './EventFilter'
export { exportLog } from './export-log'
export { findCheckpoint, publicKey, type ServedCheckpoint } from './find-checkpoint'
export { isAnchorDue, listAnchors, recordAnchor } from './anchors'
export { listEvents, listEventsOf, listEventsOfChannel, type EventRow } from './list-events'
export {
  exportEvent,
  exportTransaction,
  getCheckpoint,
  getConsistencyProof,
  getInclusionProof,
  readLogStatus,
  type LogStatus,
} from './read-log'
export { insertEvents, recordEvent, recordEvents, writeTold, type AuditedWrite } from './record-event'
export { redactEvent } from './redact-event'
export { sequenceEvents, toSequence, type OnSequenced, type SequencedEvent } from './sequence-events'
