export * as Event from './Event'
export * as EventFilter from './EventFilter'
export { countEvents, listEvents, listEventsOf, listEventsOfChannel, streamEvents, type EventRow } from './list-events'
export { insertEvents, recordEvent, recordEvents } from './record-event'
