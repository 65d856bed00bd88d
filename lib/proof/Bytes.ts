import { bytesToHex, hexToBytes } from '@noble/hashes/utils'

/** Bytes as text and back. Runs in the browser. */

export function toHex(bytes: Uint8Array): string {
  return bytesToHex(bytes)
}

/** @throws Error when the text is not pairs of hex digits. */
export function fromHex(text: string): Uint8Array {
  return hexToBytes(text)
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

/** @throws Error when the text is not canonical base64. */
export function fromBase64(text: string): Uint8Array {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  if (toBase64(bytes) !== text) throw new Error('base64 is not canonical')
  return bytes
}

export function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index])
}
