export { answer } from './answer'
export { listItems, BazaarQuery, recordListing, type BazaarItem, type ListingOutcome } from './bazaar'
export * as Declaration from './Declaration'
export * as CatalogueEntry from './CatalogueEntry'
export {
  byCommand,
  byCurl,
  byMcp,
  byMpp,
  byPython,
  bySession,
  byX402,
  inShell,
  mppMethods,
  promptFor,
  snippetsOf,
  type ExampleCall,
  type Snippet,
} from './examples'
export { health, type DirectoryCheck, type DirectoryHealth } from './health'
export { llms } from './llms'
export * as PaymentOffer from './PaymentOffer'
export * as PublishedAction from './PublishedAction'
export { openApi } from './open-api'
export * as Text from './Text'
export { wellKnown } from './well-known'
export { configuredDirectories, findPlaces, type Directory, type DirectoryPlace } from './find-places'
