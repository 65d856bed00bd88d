export * as Mcp from './mcp'
export { createProtocol, isPresent, type MppConfig, type MppHints } from './protocol'
export { createSessions } from './session/protocol'
