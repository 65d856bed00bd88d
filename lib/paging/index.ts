export * as Filter from './Filter'
export { loadPage } from './load-page'
export * as Page from './Page'
