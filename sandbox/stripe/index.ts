export { mintToken, previewVersion, stripeClient, type TokenWish } from './client'
export type { Fault } from './faults'
export { sandboxAccounts, startStripe, type StripeOptions, type StripeServer } from './server'
