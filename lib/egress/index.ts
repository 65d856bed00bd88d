export { closeEgress, egressAgent, isGlobalAddress } from './agent'
export { checkUrl } from './check-url'
export { checkHost } from './check-host'
