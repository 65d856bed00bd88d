import { CatalogueEntry, type ExampleCall } from '@/lib/discovery'

/** What the guides buy in their examples: resources that are on sale here at this moment. */
export type Samples = {
  /** Paid by the call; undefined if nothing of that kind is on sale. */
  call: (ExampleCall & { entry: CatalogueEntry.CatalogueEntry }) | undefined
  session: (ExampleCall & { entry: CatalogueEntry.CatalogueEntry }) | undefined
}

/** Chooses GET requests that need no input: those with an example of their answer first, then the cheapest. */
export function from(entries: readonly CatalogueEntry.CatalogueEntry[], origin: string): Samples {
  const plain = entries
    .filter(
      ({ method, path, terms, action, isFree }) =>
        method === 'GET' && !path.includes(':') && !terms && !action && !isFree,
    )
    .sort((one, other) => rankOf(one) - rankOf(other))
  const withIntent = (intent: string) => {
    const entry = plain.find(
      ({ offers, mimeType }) => offers.some((offer) => offer.intent === intent) && isPlain(mimeType),
    )
    return entry && { method: entry.method, url: CatalogueEntry.urlOf(entry, origin), entry }
  }
  return { call: withIntent('charge'), session: withIntent('session') }
}

function isPlain(mimeType: string): boolean {
  return !mimeType.startsWith('text/event-stream')
}

function rankOf({ declared, price }: CatalogueEntry.CatalogueEntry): number {
  return (declared.output ? 0 : 1_000_000) + Number(price.mode === 'fixed' ? price.amount : price.max)
}
