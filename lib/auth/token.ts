import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits in a form that fits cookies and SIWE nonces (hex). */
export function createToken(): string {
  return randomBytes(32).toString('hex')
}

/** The stored form of a token. A fast hash is right for 256 random bits. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
