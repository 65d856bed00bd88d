export * as Filter from './Filter'
export { loadPage } from './load-page'
export { readAll } from './read-all'
export * as Page from './Page'
