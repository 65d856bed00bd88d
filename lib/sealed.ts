import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { env } from './env'

/** A secret at rest: nonce (12) ‖ ciphertext ‖ tag (16), AES-256-GCM. */
const nonceBytes = 12
const tagBytes = 16

/** The context of a sealed upstream header: its bytes do not open in another row. */
export function headerContext(resourceId: string, name: string): string {
  return `resource_header|${resourceId}|${name.toLowerCase()}`
}

/** The context of the signing secret of a webhook endpoint. */
export function endpointContext(endpointId: string): string {
  return `webhook_endpoint|${endpointId}`
}

/** The context of the credentials of a remote facilitator. */
export function facilitatorContext(upstreamId: string): string {
  return `facilitator_upstream|${upstreamId}`
}

/** The context of a payment token that answers a challenge. */
export function tokenContext(challengeId: string): string {
  return `spt|${challengeId}`
}

/** Encrypts under ENCRYPTION_SECRET. `context` is authenticated and must be given again to open. */
export function seal(plaintext: string, context: string): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key(), nonce).setAAD(Buffer.from(context))
  const sealed = Buffer.concat([nonce, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return new Uint8Array(sealed)
}

/** The plaintext. @throws Error unless bytes, context and secret are those of `seal`; it reveals nothing of the content. */
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

// ENCRYPTION_SECRET is text of any length: HKDF derives the 32 bytes, and its label separates this key from every other use.
function key(): Buffer {
  const secret = env.ENCRYPTION_SECRET
  if (derived?.secret !== secret)
    derived = { secret, key: Buffer.from(hkdfSync('sha256', secret, '', 'sluice sealed secrets v1', 32)) }
  return derived.key
}
