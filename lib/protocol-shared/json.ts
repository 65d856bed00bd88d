/**
 * Reading JSON that a stranger packed into a header. What comes out is safe to compare, to show and to
 * store: sized, shallow, and without text that PostgreSQL's jsonb refuses.
 */

/**
 * Decoded bytes of one credential: it needs about 2 KiB, and x402's clients echo what a 402 declares beside it, with its JSON
 * Schemas. In base64 it is less than the 16 KiB of headers that Node takes.
 */
export const bytesMax = 10 * 1024
const depthMax = 32

/** Control characters other than tab and line ends, and lone surrogates: no protocol field needs them. */
const unsafeText = /[^\P{Cc}\t\n\r]|\p{Surrogate}/u

/**
 * The JSON value in base64 (padded, as x402 writes it) or base64url (unpadded, as MPP writes it).
 * @throws TypeError with a sentence for the client when it is not canonical, too large or not plain JSON.
 */
export function decodeJson(text: string, alphabet: 'base64' | 'base64url'): unknown {
  if (text.length > Math.ceil(bytesMax / 3) * 4) throw new TypeError(`is larger than ${bytesMax} bytes`)
  const bytes = Buffer.from(text, alphabet)
  // Buffer skips what it does not know: another spelling of the same bytes must not pass.
  if (bytes.length === 0 || bytes.toString(alphabet) !== text) throw new TypeError(`is not canonical ${alphabet}`)
  if (bytes.length > bytesMax) throw new TypeError(`is larger than ${bytesMax} bytes`)
  return parseJson(bytes)
}

/**
 * The JSON value in these bytes, as safe as that of `decodeJson`. The caller has limited their number.
 * @throws TypeError with the end of a sentence whose subject is what holds the bytes.
 */
export function parseJson(bytes: Uint8Array): unknown {
  const value = parse(bytes)
  assertPlain(value, 0)
  return value
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown
  } catch {
    throw new TypeError('does not hold JSON in UTF-8')
  }
}

/** @throws TypeError when the value is deep, or holds names or text that no protocol field needs. */
function assertPlain(value: unknown, depth: number): void {
  if (typeof value === 'string' && unsafeText.test(value)) throw new TypeError('holds control characters')
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('holds a number out of range')
  if (typeof value !== 'object' || value === null) return
  if (depth === depthMax) throw new TypeError(`is nested more than ${depthMax} levels deep`)
  for (const [name, member] of Object.entries(value)) {
    if (name === '__proto__' || unsafeText.test(name)) throw new TypeError('holds a member name that is not allowed')
    assertPlain(member, depth + 1)
  }
}
