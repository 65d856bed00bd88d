import { createPrivateKey, randomBytes, sign, type KeyObject } from 'node:crypto'

/**
 * A bearer token of the Coinbase Developer Platform for one request: a JWT over method, host and path, valid for two
 * minutes. The key's secret is 64 bytes of Ed25519 in base64 (seed and public key), or a P-256 EC key in PEM.
 * @throws Error if the secret is neither.
 */
export function cdpToken(
  { keyId, keySecret }: { keyId: string; keySecret: string },
  { method, host, path }: { method: string; host: string; path: string },
  nowMs: number,
): string {
  const { key, algorithm } = readKey(keySecret)
  const now = Math.floor(nowMs / 1000)
  const header = { alg: algorithm, typ: 'JWT', kid: keyId, nonce: randomBytes(16).toString('hex') }
  const claims = { sub: keyId, iss: 'cdp', iat: now, nbf: now, exp: now + 120, uris: [`${method} ${host}${path}`] }
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  const signature =
    algorithm === 'EdDSA'
      ? sign(null, Buffer.from(signed), key)
      : sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' })
  return `${signed}.${signature.toString('base64url')}`
}

/** PKCS #8 of an Ed25519 key, up to its 32 bytes (RFC 8410). */
const ed25519Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')

function readKey(secret: string): { key: KeyObject; algorithm: 'EdDSA' | 'ES256' } {
  // Portals and shells write the line ends of PEM as "\n".
  const pem = secret.replaceAll('\\n', '\n').trim()
  if (pem.startsWith('-----BEGIN')) {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('This is no key of P-256')
    return { key, algorithm: 'ES256' }
  }
  const bytes = Buffer.from(secret.trim(), 'base64')
  if (bytes.length !== 64) throw new Error('This is no Ed25519 key of 64 bytes in base64')
  const der = Buffer.concat([ed25519Prefix, bytes.subarray(0, 32)])
  return { key: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }), algorithm: 'EdDSA' }
}
