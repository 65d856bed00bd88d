import type { Address } from 'viem'
import { readPublicKey, type RemoteKey } from './remote'

export type AwsKmsKey = {
  address: Address
  /** Id, ARN or alias of an asymmetric key with spec ECC_SECG_P256K1. */
  keyId: string
  region: string
  /** Replaces AWS's own endpoint, for a private endpoint or an emulator. */
  endpoint?: string | undefined
}

/** A key in AWS KMS. The SDK finds its credentials; it is loaded when the key is first used. */
export function awsKms({ address, keyId, region, endpoint }: AwsKmsKey): RemoteKey {
  let loading: ReturnType<typeof load> | undefined
  const client = () => (loading ??= load(region, endpoint))
  return {
    kind: 'aws-kms',
    address,
    name: keyId,
    load: client,
    async publicKey() {
      const { sdk, kms } = await client()
      const { PublicKey } = await kms.send(new sdk.GetPublicKeyCommand({ KeyId: keyId }))
      if (!PublicKey) throw new Error('it gave no public key')
      return readPublicKey(PublicKey)
    },
    async sign(digest) {
      const { sdk, kms } = await client()
      const { Signature } = await kms.send(
        // "SHA-256" only names the length: the digest is signed unchanged.
        new sdk.SignCommand({
          KeyId: keyId,
          Message: digest,
          MessageType: 'DIGEST',
          SigningAlgorithm: 'ECDSA_SHA_256',
        }),
      )
      if (!Signature) throw new Error('it gave no signature')
      return Signature
    },
  }
}

async function load(region: string, endpoint: string | undefined) {
  // An optional package: builds must work without it.
  const sdk = await import(/* turbopackIgnore: true */ '@aws-sdk/client-kms')
  const kms = new sdk.KMSClient({
    region,
    ...(endpoint !== undefined && { endpoint }),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000 },
  })
  return { sdk, kms }
}
