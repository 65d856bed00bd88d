export * as Event from './Event'
export { recordEvent, recordEvents } from './record-event'
