/** The signature in the input of a resource, beside what is stored of it; undefined if there is none. */
export function readSignature(input: unknown): unknown {
  return typeof input === 'object' && input !== null ? (input as { signed?: unknown }).signed : undefined
}
