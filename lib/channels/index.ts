export * as Channel from './Channel'
export { findPolicies, findPolicy } from './find-policy'
export * as Policy from './Policy'
export type * as Protocol from './Protocol'
