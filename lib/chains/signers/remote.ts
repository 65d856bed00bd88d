import { createPublicKey, type KeyObject } from 'node:crypto'
import { toBytes, type Address } from 'viem'
import { curve, halfOrder, order, toAddress, toHex, type Signature } from '../signature'
import { parseDer } from './der'
import { envelopeOf } from './envelope'
import { SignerError, type SignerKind, type RemoteSigner } from './Signer'

/** A key in a service, which signs digests and returns its public key; the key itself never leaves it. */
export type RemoteKey = {
  kind: Exclude<SignerKind, 'env'>
  /** Lower-case address from the configuration. */
  address: Address
  /** The key's name in messages. */
  name: string
  /** Loads the service's client; may be called at any time. Not part of the service's deadline. */
  load(): Promise<unknown>
  publicKey(): Promise<KeyObject>
  /** ECDSA over these 32 bytes unchanged, in DER. */
  sign(digest: Uint8Array): Promise<Uint8Array>
}

// Shorter than a transaction's lease, the service's own retries included.
const deadlineMs = 8_000

/**
 * A signer for a key in a service. Every signature is checked against the configured address before it is used, so
 * neither a wrong key nor a lying service can make us send foreign bytes.
 */
export function createRemoteSigner(chainId: number, key: RemoteKey, inFlightMax: number): RemoteSigner {
  const { kind, address } = key
  return {
    address,
    kind,
    inFlightMax,
    remote: true,
    async check() {
      const actual = addressOf(await withDeadline(key, () => key.publicKey()))
      if (actual !== address) throw new SignerError(`${describe(key)} is the key of ${actual}`)
    },
    signDigest: async (digest) => toHex(toSignature(key, digest, await withDeadline(key, () => key.sign(digest)))),
    async signTransaction(unsigned) {
      const { digest, seal } = envelopeOf(chainId, unsigned)
      return seal(toSignature(key, digest, await withDeadline(key, () => key.sign(digest))))
    },
  }
}

/** The service's answer within the deadline, or the reason why there is none. */
async function withDeadline<Answer>(key: RemoteKey, question: () => Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const late = () =>
    new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${deadlineMs / 1000} s`)), deadlineMs)
    })
  try {
    await key.load()
    return await Promise.race([question(), late()])
  } catch (error) {
    if (error instanceof SignerError) throw error
    throw new SignerError(`${describe(key)} cannot be used now: ${reasonOf(error)}`, { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

/** Low s, with the recovery id that gives the configured address. @throws SignerError if none does. */
function toSignature(key: RemoteKey, digest: Uint8Array, der: Uint8Array): Signature {
  const { r, s } = numbersOf(key, der)
  const low = s > halfOrder ? order - s : s
  const compact = Buffer.concat([toBytes(r, { size: 32 }), toBytes(low, { size: 32 })])
  const recoveryId = ([0, 1] as const).find((id) => recovers(digest, compact, id, key.address))
  if (recoveryId === undefined) throw new SignerError(`${describe(key)} signed with the key of another address`)
  return { compact, recoveryId }
}

function numbersOf(key: RemoteKey, der: Uint8Array): { r: bigint; s: bigint } {
  try {
    const { r, s } = parseDer(der)
    if (r > 0n && r < order && s > 0n && s < order) return { r, s }
    throw new TypeError('A signature is out of range')
  } catch (error) {
    throw new SignerError(`${describe(key)} gave no signature: ${reasonOf(error)}`, { cause: error })
  }
}

function recovers(digest: Uint8Array, compact: Uint8Array, recoveryId: 0 | 1, address: Address): boolean {
  try {
    return toAddress(curve.recover(digest, compact, recoveryId)) === address
  } catch {
    return false
  }
}

/** Lower-case address of a public key. @throws SignerError if it is on another curve. */
function addressOf(publicKey: KeyObject): Address {
  if (publicKey.asymmetricKeyDetails?.namedCurve !== 'secp256k1')
    throw new SignerError('the key is not on the curve secp256k1')
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  return toAddress(Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]))
}

/** A service's public key: SubjectPublicKeyInfo in DER, or PEM. @throws Error if it is neither. */
export function readPublicKey(key: Uint8Array | string): KeyObject {
  return typeof key === 'string'
    ? createPublicKey(key)
    : createPublicKey({ key: Buffer.from(key), format: 'der', type: 'spki' })
}

function describe({ kind, name, address }: RemoteKey): string {
  return `the ${kind} key ${name}, configured for ${address},`
}

/** One line: a service's message may be long, and never holds a key. */
function reasonOf(error: unknown): string {
  const words = error instanceof Error ? error.message || error.name : 'it failed'
  return words.replace(/\s+/g, ' ').slice(0, 300)
}
