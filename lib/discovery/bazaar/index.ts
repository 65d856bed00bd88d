export type { BazaarItem } from './BazaarItem'
export { listItems, type BazaarPage } from './list-items'
export * as BazaarQuery from './BazaarQuery'
export { recordListing, type ListingOutcome } from './record-listing'
