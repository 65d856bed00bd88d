import Negotiator from 'negotiator'

/**
 * Whether an Accept header prefers `wanted` to `others` (RFC 9110 section 12.5.1: qualities, ranges; the most specific one
 * counts). Between equals the order of the header decides; a wildcard alone means `others`. False if the header accepts none of
 * them: `others` are what a client without the header gets.
 */
export function prefers(header: string | null | undefined, wanted: string, others: readonly string[]): boolean {
  const negotiator = new Negotiator({ headers: { accept: header ?? undefined } })
  return negotiator.mediaType([...others, wanted]) === wanted
}
