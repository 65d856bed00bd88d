import Negotiator from 'negotiator'

/**
 * Whether a header Accept asks for `wanted` rather than for one of `others` (RFC 9110 section 12.5.1: qualities, ranges, the most
 * specific one counts). Between equals the order of the header decides; what a wildcard alone takes is one of `others`. False as
 * well when the header takes none of them: `others` are what a client gets that says nothing.
 */
export function prefers(header: string | null | undefined, wanted: string, others: readonly string[]): boolean {
  const negotiator = new Negotiator({ headers: { accept: header ?? undefined } })
  return negotiator.mediaType([...others, wanted]) === wanted
}
