import type { Address } from 'viem'
import { crc32c } from './crc32c'
import { readPublicKey, type RemoteKey } from './remote'

export type GcpKmsKey = {
  address: Address
  /** projects/…/locations/…/keyRings/…/cryptoKeys/…/cryptoKeyVersions/… of algorithm EC_SIGN_SECP256K1_SHA256. */
  keyName: string
  /** Replaces Google's own endpoint. Over http:// no credential is sent: that is an emulator. */
  apiEndpoint?: string | undefined
}

/** Deadline exceeded, resource exhausted and unavailable: as codes of gRPC, and of HTTP, which the SDK compares them with here. */
const retryCodes = [4, 8, 14, 429, 503, 504]
const callOptions = {
  timeout: 3_000,
  retry: {
    retryCodes,
    backoffSettings: {
      initialRetryDelayMillis: 100,
      retryDelayMultiplier: 2,
      maxRetryDelayMillis: 1_000,
      initialRpcTimeoutMillis: 3_000,
      rpcTimeoutMultiplier: 1,
      maxRpcTimeoutMillis: 3_000,
      // It counts the first call too.
      maxRetries: 3,
    },
  },
}

/**
 * A key in Google Cloud KMS. The SDK finds its credentials; it is loaded when the key is first used. Requests and
 * answers carry CRC32C checksums, which both sides check, as Google recommends.
 */
export function gcpKms({ address, keyName, apiEndpoint }: GcpKmsKey): RemoteKey {
  let loading: ReturnType<typeof load> | undefined
  const client = () => (loading ??= load(apiEndpoint))
  return {
    kind: 'gcp-kms',
    address,
    name: keyName,
    load: client,
    async publicKey() {
      const kms = await client()
      const [answer] = await kms.getPublicKey({ name: keyName }, callOptions)
      const { name, pem } = answer
      if (name !== keyName) throw new Error(`it gave the public key of ${name}`)
      if (!pem) throw new Error('it gave no public key')
      if (BigInt(answer.pemCrc32c?.value?.toString() ?? -1) !== crc32c(Buffer.from(pem)))
        throw new Error('its public key was damaged on the way')
      return readPublicKey(pem)
    },
    async sign(digest) {
      const kms = await client()
      const [answer] = await kms.asymmetricSign(
        { name: keyName, digest: { sha256: digest }, digestCrc32c: { value: crc32c(digest).toString() } },
        callOptions,
      )
      if (answer.name !== keyName) throw new Error(`it signed with ${answer.name}`)
      if (answer.verifiedDigestCrc32c !== true) throw new Error('the digest was damaged on the way')
      const signature = Buffer.from(answer.signature ?? '')
      if (BigInt(answer.signatureCrc32c?.value?.toString() ?? -1) !== crc32c(signature))
        throw new Error('its signature was damaged on the way')
      return signature
    },
  }
}

async function load(apiEndpoint: string | undefined) {
  // An optional package: builds must work without it.
  const { KeyManagementServiceClient } = await import(/* turbopackIgnore: true */ '@google-cloud/kms')
  // REST: gRPC has no advantage for two small calls.
  if (apiEndpoint === undefined) return new KeyManagementServiceClient({ fallback: true })
  const { protocol, hostname, port } = new URL(apiEndpoint)
  const isPlain = protocol === 'http:'
  return new KeyManagementServiceClient({
    fallback: true,
    apiEndpoint: hostname,
    port: Number(port) || (isPlain ? 80 : 443),
    ...(isPlain && { protocol: 'http', apiKey: 'none' }),
  })
}
