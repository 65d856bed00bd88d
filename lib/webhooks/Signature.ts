import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { env } from '../env'

/** Signing secrets and signatures of Standard Webhooks (standardwebhooks.com, v1: HMAC-SHA256). */

const prefix = 'whsec_'
const secretBytes = 32

/** A new secret. */
export function make(): string {
  return prefix + randomBytes(secretBytes).toString('base64')
}

/**
 * The secret of callbacks of a merchant's intents: their addresses come with each request, so no endpoint holds a secret. It is
 * derived from ENCRYPTION_SECRET and the merchant.
 */
export function ofCallbacks(merchantId: string): string {
  const info = `sluice callback secret v1|${merchantId}`
  return prefix + Buffer.from(hkdfSync('sha256', env.ENCRYPTION_SECRET, '', info, secretBytes)).toString('base64')
}

/** The header webhook-signature: one signature per secret, so that a receiver may have either one during a rotation. */
export function sign(secrets: readonly string[], id: string, timestampSeconds: number, body: string): string {
  return secrets
    .map((secret) => {
      const key = Buffer.from(secret.slice(prefix.length), 'base64')
      return `v1,${createHmac('sha256', key).update(`${id}.${timestampSeconds}.${body}`).digest('base64')}`
    })
    .join(' ')
}
