export { mintToken, previewVersion, stripeClient, type TokenWish, walletOf } from './client'
export type { Fault } from './faults'
export { sandboxAccounts, startStripe, type StripeOptions, type StripeServer } from './server'
