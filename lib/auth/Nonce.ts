import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { env } from '../env'

/**
 * The nonce of a sign-in. It carries a code over the browser and the time that only this installation can make, so an unused
 * nonce is not stored and a flood of requests touches no database. A used nonce is stored, once.
 */

/** A nonce for this browser, 32 bytes in hex: half is random, half is the code. */
export function create(browser: string, nowMs: number): string {
  const random = randomBytes(16).toString('hex')
  return random + codeOf(random, browser, nowMs, env.CHALLENGE_SECRET)
}

/** Whether this installation made the nonce, for this browser, at this time. */
export function isOurs(nonce: string, browser: string, issuedAtMs: number): boolean {
  if (!/^[0-9a-f]{64}$/.test(nonce)) return false
  const [random, code] = [nonce.slice(0, 32), Buffer.from(nonce.slice(32))]
  const secrets = [env.CHALLENGE_SECRET, env.CHALLENGE_SECRET_PREVIOUS].filter((secret) => secret !== undefined)
  return secrets.some((secret) => timingSafeEqual(code, Buffer.from(codeOf(random, browser, issuedAtMs, secret))))
}

function codeOf(random: string, browser: string, issuedAtMs: number, secret: string): string {
  const code = createHmac('sha256', secret).update(
    ['sluice dashboard sign-in v1', random, browser, issuedAtMs].join('\n'),
  )
  return code.digest('hex').slice(0, 32)
}
