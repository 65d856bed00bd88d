export { createProtocol, isPresent, type Config, type Hints } from './protocol'
export { createSessions } from './session/protocol'
