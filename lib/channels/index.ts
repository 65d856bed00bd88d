export * as Channel from './Channel'
export * as Policy from './Policy'
export type * as Protocol from './Protocol'
