import { createServiceKey, startKmsServer, type KmsServer } from './kms-server'

export const awsKeyId = '1234abcd-12ab-34cd-56ef-1234567890ab'

/**
 * AWS KMS as far as signing needs it: AWS JSON 1.1, the call in x-amz-target, GetPublicKey and Sign of one key on the curve
 * secp256k1. It asks for a signed request, and for exactly the parameters that AWS asks for.
 */
export function startAwsKms(): Promise<KmsServer> {
  const key = createServiceKey()
  const foreign = createServiceKey()
  return startKmsServer(
    key,
    ({ headers }) => String(headers['x-amz-target']).replace('TrentService.', ''),
    (fault) =>
      ({ call, body, headers }) => {
        if (!headers.authorization?.startsWith('AWS4-HMAC-SHA256 '))
          return refuse('MissingAuthenticationTokenException')
        if (headers['content-type'] !== 'application/x-amz-json-1.1') return refuse('SerializationException')
        if (fault === 'throttle') return refuse('ThrottlingException')
        if (body.KeyId !== awsKeyId) return refuse('NotFoundException')
        const about = { KeyId: `arn:aws:kms:eu-central-1:111122223333:key/${awsKeyId}` }
        if (call === 'GetPublicKey') {
          const PublicKey = key.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
          return { status: 200, body: { ...about, PublicKey, KeySpec: 'ECC_SECG_P256K1', KeyUsage: 'SIGN_VERIFY' } }
        }
        const digest = Buffer.from(String(body.Message), 'base64')
        const { MessageType, SigningAlgorithm } = body
        const isRight = MessageType === 'DIGEST' && SigningAlgorithm === 'ECDSA_SHA_256' && digest.length === 32
        if (call !== 'Sign' || !isRight) return refuse('ValidationException')
        const signature = (fault === 'other-key' ? foreign : key).sign(digest, { high: fault === 'high-s' })
        if (fault === 'damage') signature[0] = 0
        return { status: 200, body: { ...about, SigningAlgorithm, Signature: signature.toString('base64') } }
      },
  )
}

function refuse(type: string) {
  return { status: 400, body: { __type: type, message: `${type} of the test` } }
}
