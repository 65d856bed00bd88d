import type { Listing } from '@/lib/merchants'

/** The text of the fields, as typed. The server parses it. */
export type ListingState = {
  serviceName: string
  /** Separated by commas. */
  tags: string
  iconUrl: string
  query: PartState
  body: PartState
  output: PartState
}

/** JSON Schema and example, each as JSON, or empty. */
export type PartState = { schema: string; example: string }

export const sides = ['query', 'body', 'output'] as const
export type Side = (typeof sides)[number]

const emptyPart: PartState = { schema: '', example: '' }

export const emptyListing: ListingState = {
  serviceName: '',
  tags: '',
  iconUrl: '',
  query: emptyPart,
  body: emptyPart,
  output: emptyPart,
}

export function listingOf({
  serviceName = '',
  tags,
  iconUrl = '',
  query,
  body,
  output,
}: Listing.Listing): ListingState {
  return {
    serviceName,
    tags: tags.join(', '),
    iconUrl,
    query: partOf(query),
    body: partOf(body),
    output: partOf(output),
  }
}

function partOf(part: Listing.ListingPart | undefined): PartState {
  return { schema: textOf(part?.schema), example: textOf(part?.example) }
}

function textOf(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value, null, 2)
}
