export * as Account from './Account'
export { insertResolution, insertTransfers, postTransfers, type LedgerEntry } from './post-transfers'
export { resolvePending } from './resolve-pending'
export { listTransfers, type TransferRow } from './list-transfers'
