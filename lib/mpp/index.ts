export * as Mcp from './mcp'
export { createProtocol, isPresent, type Config, type Hints } from './protocol'
export { createSessions } from './session/protocol'
