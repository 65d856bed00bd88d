export { createProtocol, isPresent, type ChargeProtocol, type Config, type Hints } from './protocol'
export { createSessions } from './session/protocol'
