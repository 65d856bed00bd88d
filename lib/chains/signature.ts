import { createRequire } from 'node:module'
import { secp256k1 as noble } from '@noble/curves/secp256k1'
import { hexToBytes, keccak256, type Address, type Hex } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'

/** The order of the curve. */
export const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
/** A signature with a higher s is the malleable twin of one below (EIP-2). */
export const halfOrder = order / 2n

/** EIP-2098: s without the bit that holds v. */
const compactMask = (1n << 255n) - 1n

/** The recovery id without the offset of 27. */
export type Signature = { compact: Uint8Array; recoveryId: 0 | 1 }

/** The operations that need the curve. The native module is about forty times faster than JavaScript. */
export type Curve = {
  name: 'native' | 'javascript'
  /** Uncompressed public key, 65 bytes. Throws if there is none. */
  recover(digest: Uint8Array, compact: Uint8Array, recoveryId: 0 | 1): Uint8Array
  /** Deterministic (RFC 6979), low s. */
  sign(digest: Uint8Array, privateKey: Uint8Array): Signature
}

type Native = {
  ecdsaRecover(signature: Uint8Array, recoveryId: number, message: Uint8Array, compressed: boolean): Uint8Array
  ecdsaSign(message: Uint8Array, privateKey: Uint8Array): { signature: Uint8Array; recid: number }
}

export const javascriptCurve: Curve = {
  name: 'javascript',
  recover: (digest, compact, recoveryId) =>
    noble.Signature.fromCompact(compact).addRecoveryBit(recoveryId).recoverPublicKey(digest).toRawBytes(false),
  sign: (digest, privateKey) => {
    const signature = noble.sign(digest, privateKey, { lowS: true })
    return { compact: signature.toCompactRawBytes(), recoveryId: signature.recovery as 0 | 1 }
  },
}

/** The native curve; undefined if this platform has no build of it. */
export const nativeCurve: Curve | undefined = loadNative()

/** The curve that this process uses. */
export const curve: Curve = nativeCurve ?? javascriptCurve

/** Lower-case address that signed the digest. @throws TypeError as `recoverPublicKey`. */
export function recoverSigner(digest: Uint8Array | Hex, signature: Hex, using: Curve = curve): Address {
  return toAddress(recoverPublicKey(digest, signature, using))
}

/**
 * The key that signed the digest, 65 bytes uncompressed. As strict as the strictest contract: 65 bytes, v 27 or 28, low
 * s. Pass other spellings of wallets through `spellOut` first.
 * @throws TypeError if the signature is malformed or malleable, or belongs to no key.
 */
export function recoverPublicKey(digest: Uint8Array | Hex, signature: Hex, using: Curve = curve): Uint8Array {
  if (!/^0x[0-9a-fA-F]{130}$/.test(signature)) throw new TypeError('A signature must have 65 bytes')
  const v = Number.parseInt(signature.slice(130), 16)
  if (v !== 27 && v !== 28) throw new TypeError('A signature must end in 27 or 28')
  if (BigInt(`0x${signature.slice(66, 130)}`) > halfOrder) throw new TypeError('A signature must have a low s')
  const compact = new Uint8Array(Buffer.from(signature.slice(2, 130), 'hex'))
  const message = typeof digest === 'string' ? hexToBytes(digest) : digest
  return recoverKey(using, message, compact, v === 27 ? 0 : 1)
}

/**
 * A key's signature in the one spelling that every contract accepts: 65 bytes, low s, v 27 or 28. Wallets and key
 * services also write v as 0 or 1 (yParity), put it into the highest bit of s (EIP-2098, 64 bytes), or leave s high,
 * which USDC and Tempo refuse and Permit2 accepts. All of these are one proof by one key. Undefined for every other
 * form: only a contract can read those.
 */
export function spellOut(signature: Hex): Hex | undefined {
  const parts = /^0x([0-9a-f]{64})([0-9a-f]{64})(00|01|1b|1c)?$/.exec(signature.toLowerCase())
  if (!parts) return undefined
  const [, r = '', sHex = '', v] = parts
  const last = BigInt(`0x${sHex}`)
  const [s, parity] = v === undefined ? [last & compactMask, last >> 255n] : [last, v === '00' || v === '1b' ? 0n : 1n]
  if (s === 0n || s >= order) return undefined
  const isHigh = s > halfOrder
  const low = (isHigh ? order - s : s).toString(16).padStart(64, '0')
  return `0x${r}${low}${(parity === 1n) === isHigh ? '1b' : '1c'}`
}

/** Signs digests of 32 bytes with a key in memory: 65 bytes, low s, v 27 or 28. */
export function createDigestSigner(privateKey: Hex): { address: Address; sign(digest: Hex): Hex } {
  const secret = hexToBytes(privateKey)
  return {
    address: privateKeyToAddress(privateKey).toLowerCase() as Address,
    sign: (digest) => toHex(curve.sign(hexToBytes(digest), secret)),
  }
}

/** A signature in the form for contracts: 65 bytes, v 27 or 28. */
export function toHex({ compact, recoveryId }: Signature): Hex {
  return `0x${Buffer.from(compact).toString('hex')}${recoveryId === 0 ? '1b' : '1c'}`
}

/** Lower-case address of an uncompressed public key. */
export function toAddress(publicKey: Uint8Array): Address {
  return `0x${keccak256(publicKey.subarray(1)).slice(26)}`
}

function recoverKey(using: Curve, digest: Uint8Array, compact: Uint8Array, recoveryId: 0 | 1): Uint8Array {
  try {
    return using.recover(digest, compact, recoveryId)
  } catch (error) {
    throw new TypeError('No key made this signature', { cause: error })
  }
}

function loadNative(): Curve | undefined {
  try {
    // Imported directly, because `secp256k1` without a build silently falls back to a slower library.
    const native = createRequire(import.meta.url)('secp256k1/bindings') as Native
    return {
      name: 'native',
      recover: (digest, compact, recoveryId) => native.ecdsaRecover(compact, recoveryId, digest, false),
      sign: (digest, privateKey) => {
        const { signature, recid } = native.ecdsaSign(digest, privateKey)
        return { compact: signature, recoveryId: recid as 0 | 1 }
      },
    }
  } catch {
    return undefined
  }
}
