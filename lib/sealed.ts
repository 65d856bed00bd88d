import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { env } from './env'

/** A secret at rest: nonce (12) ‖ ciphertext ‖ tag (16), AES-256-GCM. */
const nonceBytes = 12
const tagBytes = 16

/** What a sealed upstream header is bound to: the same bytes in another row do not open. */
export function headerContext(resourceId: string, name: string): string {
  return `resource_header|${resourceId}|${name.toLowerCase()}`
}

/** What the signing secret of a webhook endpoint is bound to. */
export function endpointContext(endpointId: string): string {
  return `webhook_endpoint|${endpointId}`
}

/** What the credentials of an upstream facilitator are bound to. */
export function facilitatorContext(upstreamId: string): string {
  return `facilitator_upstream|${upstreamId}`
}

/** Encrypts under ENCRYPTION_SECRET. `context` is authenticated and must be given again to open. */
export function seal(plaintext: string, context: string): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key(), nonce).setAAD(Buffer.from(context))
  const sealed = Buffer.concat([nonce, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return new Uint8Array(sealed)
}

/**
 * The plaintext again.
 * @throws Error when the bytes, the context or the secret are not those of `seal`; it says nothing of the content.
 */
export function open(sealed: Uint8Array, context: string): string {
  if (sealed.byteLength < nonceBytes + tagBytes) throw new Error('This is not a sealed secret: it is too short')
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  const end = bytes.length - tagBytes
  const decipher = createDecipheriv('aes-256-gcm', key(), bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(end))
  const opened = decipher.update(bytes.subarray(nonceBytes, end))
  try {
    return Buffer.concat([opened, decipher.final()]).toString('utf8')
  } catch (error) {
    throw new Error('A sealed secret does not open: was ENCRYPTION_SECRET changed?', { cause: error })
  }
}

let derived: { secret: string; key: Buffer } | undefined

// ENCRYPTION_SECRET is text of any length: HKDF makes the 32 bytes, and its label keeps this key from every other use.
function key(): Buffer {
  const secret = env.ENCRYPTION_SECRET
  if (derived?.secret !== secret)
    derived = { secret, key: Buffer.from(hkdfSync('sha256', secret, '', 'sluice sealed secrets v1', 32)) }
  return derived.key
}
