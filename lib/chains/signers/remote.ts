import { createPublicKey, type KeyObject } from 'node:crypto'
import { toBytes, type Address } from 'viem'
import { curve, halfOrder, order, toAddress, toHex, type Signature } from '../signature'
import { parseDer } from './der'
import { envelopeOf } from './envelope'
import { SignerError, type SignerKind, type RemoteSigner } from './Signer'

/** A key that some service keeps: it signs digests and tells its public key, and nothing else leaves it. */
export type RemoteKey = {
  kind: Exclude<SignerKind, 'env'>
  /** Lower-case address that the configuration says it has. */
  address: Address
  /** How its owner calls it, for messages. */
  name: string
  /** Loads what talks to the service; may be called at any time. Its time is not the service's. */
  load(): Promise<unknown>
  publicKey(): Promise<KeyObject>
  /** ECDSA over these 32 bytes as they are, in DER. */
  sign(digest: Uint8Array): Promise<Uint8Array>
}

// Under a transaction's lease, with the service's own retries in it.
const deadlineMs = 8_000

/**
 * A signer whose key a service keeps. Every signature is checked to be that of the configured address before anybody gets it:
 * neither a wrong key nor a service that lies can make us send foreign bytes.
 */
export function createRemoteSigner(chainId: number, key: RemoteKey, inFlightMax: number): RemoteSigner {
  const { kind, address } = key
  return {
    address,
    kind,
    inFlightMax,
    remote: true,
    async check() {
      const actual = addressOf(await ask(key, () => key.publicKey()))
      if (actual !== address) throw new SignerError(`${describe(key)} is the key of ${actual}`)
    },
    signDigest: async (digest) => toHex(toSignature(key, digest, await ask(key, () => key.sign(digest)))),
    async signTransaction(unsigned) {
      const { digest, seal } = envelopeOf(chainId, unsigned)
      return seal(toSignature(key, digest, await ask(key, () => key.sign(digest))))
    },
  }
}

/** What the service says in time, or why it does not. */
async function ask<Answer>(key: RemoteKey, question: () => Promise<Answer>): Promise<Answer> {
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

/** Low s, and the recovery id with which the configured address comes out. @throws SignerError when none does. */
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

/** Lower-case address of a public key. @throws SignerError when it is on another curve. */
function addressOf(publicKey: KeyObject): Address {
  if (publicKey.asymmetricKeyDetails?.namedCurve !== 'secp256k1')
    throw new SignerError('the key is not on the curve secp256k1')
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  return toAddress(Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]))
}

/** A public key as services send it: SubjectPublicKeyInfo in DER, or PEM. @throws Error when it is neither. */
export function readPublicKey(key: Uint8Array | string): KeyObject {
  return typeof key === 'string'
    ? createPublicKey(key)
    : createPublicKey({ key: Buffer.from(key), format: 'der', type: 'spki' })
}

function describe({ kind, name, address }: RemoteKey): string {
  return `the ${kind} key ${name}, configured for ${address},`
}

/** In one line: what a service says may be long, and never holds a key. */
function reasonOf(error: unknown): string {
  const words = error instanceof Error ? error.message || error.name : 'it failed'
  return words.replace(/\s+/g, ' ').slice(0, 300)
}
