export type { Call } from './Call'
export * as Chain from './Chain'
export type { Instrument } from './Instrument'
export { chains } from './registry'
