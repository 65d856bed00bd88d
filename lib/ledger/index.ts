export * as Account from './Account'
export { postTransfers, resolvePending, type Entry } from './post-transfers'
