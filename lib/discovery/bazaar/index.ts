export type { Item } from './Item'
export { listItems, type Found } from './list-items'
export * as Query from './Query'
export { recordListing, type Listed } from './record-listing'
