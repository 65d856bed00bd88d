export * as Facilitation from './facilitation'
export { createProtocol, isPresent } from './protocol'
export type { Config } from './Scheme'
export { createIssuer, type Issuer, type OfferKey } from './offer-receipt'
