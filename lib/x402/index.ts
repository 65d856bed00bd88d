export { createProtocol, isPresent } from './protocol'
export type { Config } from './Scheme'
