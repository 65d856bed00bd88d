export * as Mcp from './mcp'
export { createProtocol, isPresent, type MppHints } from './protocol'
export { type MppConfig } from './MppConfig'
export { createSessions } from './session/protocol'
