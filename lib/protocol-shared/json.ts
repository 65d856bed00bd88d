/**
 * Parses JSON from a header of an untrusted client. The result is safe to compare, show and store: small, shallow,
 * and without text that PostgreSQL's jsonb refuses.
 */

/**
 * Maximum decoded bytes of one credential. It needs about 2 KiB, and x402 clients also echo the extensions of the 402
 * with their JSON Schemas. Its base64 form is smaller than Node's limit of 16 KiB for headers.
 */
export const bytesMax = 10 * 1024
const depthMax = 32

/** Control characters except tab and line ends, and lone surrogates. No protocol field needs them. */
const unsafeText = /[^\P{Cc}\t\n\r]|\p{Surrogate}/u

/**
 * Decodes the JSON value in base64 (padded, as in x402) or base64url (unpadded, as in MPP).
 * @throws TypeError with a sentence for the client if it is not canonical, is too large or is not plain JSON.
 */
export function decodeJson(text: string, alphabet: 'base64' | 'base64url'): unknown {
  if (text.length > Math.ceil(bytesMax / 3) * 4) throw new TypeError(`is larger than ${bytesMax} bytes`)
  const bytes = Buffer.from(text, alphabet)
  // Buffer skips unknown characters, so this refuses other spellings of the same bytes.
  if (bytes.length === 0 || bytes.toString(alphabet) !== text) throw new TypeError(`is not canonical ${alphabet}`)
  if (bytes.length > bytesMax) throw new TypeError(`is larger than ${bytesMax} bytes`)
  return parseJson(bytes)
}

/**
 * Parses the JSON value in these bytes, with the same safety as `decodeJson`. The caller limits their number.
 * @throws TypeError whose message continues a sentence about the source of the bytes.
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

/** @throws TypeError if the value is too deep, or has names or text that no protocol field needs. */
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
