import {
  createPrivateKey,
  createPublicKey,
  sign as signBytes,
  verify as verifyBytes,
  type KeyObject,
} from 'node:crypto'
import { getAddressDecoder, getAddressEncoder, getBase58Decoder, getBase58Encoder, type Address } from '@solana/kit'

/**
 * Solana's keys and signatures by Node's own cryptography: synchronous, so also usable inside a database transaction.
 */

// DER in front of the 32 bytes of a seed (PKCS #8) and of a public key (SPKI).
const seedPrefix = Buffer.from('302e020100300506032b657004220420', 'hex')
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex')
const seedSize = 32
const pairSize = 64
const addresses = getAddressDecoder()
const base58 = { decode: getBase58Decoder().decode, encode: getBase58Encoder().encode }

export type Ed25519Key = { address: string; sign(message: Uint8Array): Buffer }

/**
 * Reads a key in the usual formats: the seed as 64 hex digits, the key pair in base58 as wallets export it, or
 * solana-keygen's array.
 * @throws TypeError if it is none of these, or the second half of a pair is not its public key. The message holds
 * nothing of the key.
 */
export function readKey(text: string): Ed25519Key {
  const bytes = bytesOf(text.trim())
  if (bytes.length !== seedSize && bytes.length !== pairSize) throw new TypeError('it is no Ed25519 key')
  const key = fromSeed(bytes.subarray(0, seedSize))
  if (bytes.length === pairSize && addresses.decode(bytes.subarray(seedSize)) !== key.address)
    throw new TypeError('its two halves do not belong together')
  return key
}

function fromSeed(seed: Uint8Array): Ed25519Key {
  const secret = createPrivateKey({ key: Buffer.concat([seedPrefix, seed]), format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(secret).export({ format: 'der', type: 'spki' })
  return { address: addresses.decode(spki.subarray(-seedSize)), sign: (message) => signBytes(null, message, secret) }
}

function bytesOf(text: string): Uint8Array {
  if (/^[0-9a-f]{64}$/.test(text)) return Buffer.from(text, 'hex')
  try {
    return text.startsWith('[') ? Uint8Array.from(JSON.parse(text) as number[]) : Uint8Array.from(base58.encode(text))
  } catch {
    throw new TypeError('it is no Ed25519 key')
  }
}

export function isSignedBy(address: string, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verifyBytes(null, message, publicKey(address), signature)
  } catch {
    return false
  }
}

function publicKey(address: string): KeyObject {
  const bytes = getAddressEncoder().encode(address as Address)
  return createPublicKey({ key: Buffer.concat([publicPrefix, Uint8Array.from(bytes)]), format: 'der', type: 'spki' })
}

/** The spelling of a signature, which identifies its transaction. */
export function toBase58(bytes: Uint8Array): string {
  return base58.decode(bytes)
}
