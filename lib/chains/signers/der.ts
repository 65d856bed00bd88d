/** ECDSA-Sig-Value of RFC 3279. */
export type EcdsaNumbers = { r: bigint; s: bigint }

const sequenceTag = 0x30
const integerTag = 0x02

/**
 * Reads SEQUENCE { r INTEGER, s INTEGER } from a key service. Strict: short lengths, shortest numbers, nothing after
 * it.
 * @throws TypeError for any other bytes.
 */
export function parseDer(der: Uint8Array): EcdsaNumbers {
  const body = element(der, 0, sequenceTag)
  const r = element(body.content, 0, integerTag)
  const s = element(body.content, r.end, integerTag)
  if (body.end !== der.length || s.end !== body.content.length)
    throw new TypeError('A DER signature has bytes too many')
  return { r: positive(r.content), s: positive(s.content) }
}

function element(bytes: Uint8Array, at: number, tag: number): { content: Uint8Array; end: number } {
  const length = bytes[at + 1]
  if (bytes[at] !== tag || length === undefined || length >= 0x80) throw new TypeError('A DER signature is malformed')
  const end = at + 2 + length
  if (end > bytes.length) throw new TypeError('A DER signature is cut off')
  return { content: bytes.subarray(at + 2, end), end }
}

function positive(content: Uint8Array): bigint {
  const [first, second] = content
  if (first === undefined || first >= 0x80) throw new TypeError('A DER signature has a negative or an empty number')
  if (first === 0 && second !== undefined && second < 0x80) throw new TypeError('A DER signature has a padded number')
  return BigInt(`0x${Buffer.from(content).toString('hex')}`)
}
