export { createBatchSettlement } from './protocol'
export * as Requirements from './Requirements'
