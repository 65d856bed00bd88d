import { createHash } from 'node:crypto'
import { tokenContext, seal } from '../sealed'

/** Secrets that an agent sends: each of them can be spent, so they are stored sealed and compared by their hash. */

/** SHA-256, 64 hex digits. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** A payment token for a row, base64; `open` with the same context returns it. */
export function sealToken(token: string, challengeId: string): string {
  return Buffer.from(seal(token, tokenContext(challengeId))).toString('base64')
}
