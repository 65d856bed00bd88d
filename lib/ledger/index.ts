export * as Account from './Account'
export { insertResolution, insertTransfers, postTransfers, resolvePending, type LedgerEntry } from './post-transfers'
export { listTransfers, type TransferRow } from './list-transfers'
