import { crc32c } from '@/lib/chains/signers/crc32c'
import { createServiceKey, startKmsServer, type KmsServer } from './kms-server'

export const gcpKeyName =
  'projects/test/locations/europe-west3/keyRings/sluice/cryptoKeys/execution/cryptoKeyVersions/1'

/**
 * Google Cloud KMS as far as signing needs it: its REST form, getPublicKey and asymmetricSign of one key on the curve
 * secp256k1, with checksums both ways.
 */
export function startGcpKms(): Promise<KmsServer> {
  const key = createServiceKey()
  const foreign = createServiceKey()
  return startKmsServer(
    key,
    ({ method, url }) => `${method} ${new URL(url ?? '/', 'http://kms').pathname}`,
    (fault) =>
      ({ call, body }) => {
        if (fault === 'throttle') return refuse(429, 'RESOURCE_EXHAUSTED')
        if (call === `GET /v1/${gcpKeyName}/publicKey`) {
          const pem = key.publicKey.export({ format: 'pem', type: 'spki' }).toString()
          const pemCrc32c = String(crc32c(Buffer.from(pem)) ^ (fault === 'damage' ? 1n : 0n))
          return { status: 200, body: { name: gcpKeyName, pem, pemCrc32c, algorithm: 'EC_SIGN_SECP256K1_SHA256' } }
        }
        if (call !== `POST /v1/${gcpKeyName}:asymmetricSign`) return refuse(404, 'NOT_FOUND')
        const digest = Buffer.from((body.digest as { sha256?: string } | undefined)?.sha256 ?? '', 'base64')
        if (digest.length !== 32) return refuse(400, 'INVALID_ARGUMENT')
        const verifiedDigestCrc32c = body.digestCrc32c === String(crc32c(digest))
        const signature = (fault === 'other-key' ? foreign : key).sign(digest, { high: fault === 'high-s' })
        const signatureCrc32c = String(crc32c(signature))
        if (fault === 'damage') signature[10] = (signature[10] ?? 0) ^ 1
        return {
          status: 200,
          body: { name: gcpKeyName, signature: signature.toString('base64'), signatureCrc32c, verifiedDigestCrc32c },
        }
      },
  )
}

function refuse(code: number, status: string) {
  return { status: code, body: { error: { code, status, message: `${status} of the test` } } }
}
