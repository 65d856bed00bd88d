export { closeEgress, egressAgent, isGlobalAddress } from './agent'
export { checkHost, checkUrl } from './check-url'
