import { ed25519 } from '@noble/curves/ed25519'
import { sha256 } from '@noble/hashes/sha2'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils'
import { equal, fromBase64, toBase64, toHex } from './Bytes'
import type { MerkleHash } from './Merkle'

/**
 * A signed size and root of the log: a checkpoint (C2SP tlog-checkpoint) in a signed note (C2SP signed-note). Any tool that
 * speaks those formats can check it.
 */
export type Checkpoint = { origin: string; size: bigint; root: MerkleHash }

/** The signer: an Ed25519 key under the name of its log. */
export type LogKey = { name: string; publicKey: Uint8Array }

type Signature = { name: string; keyId: Uint8Array; signature: Uint8Array }

export type SignedNote = {
  checkpoint: Checkpoint
  /** What is signed. */
  text: string
  signatures: Signature[]
}

const ed25519Algorithm = 1
const dash = '—'

/** First four bytes of SHA-256(name ‖ newline ‖ algorithm ‖ public key): which key signed, not a proof of it. */
export function keyIdOf({ name, publicKey }: LogKey): Uint8Array {
  return sha256(concatBytes(utf8ToBytes(`${name}\n`), Uint8Array.of(ed25519Algorithm), publicKey)).slice(0, 4)
}

/** A key as text: name+id+base64. */
export function formatKey(key: LogKey): string {
  const { name, publicKey } = key
  return `${name}+${toHex(keyIdOf(key))}+${toBase64(concatBytes(Uint8Array.of(ed25519Algorithm), publicKey))}`
}

/** @throws Error if the text is not such a key, or its id does not match. */
export function parseKey(text: string): LogKey {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim()) ?? []
  if (!name || !id || !encoded) throw new Error('is not a key: it must read name+id+base64')
  const bytes = fromBase64(encoded)
  if (bytes.length !== 33 || bytes[0] !== ed25519Algorithm) throw new Error('is not an Ed25519 key')
  const key = { name, publicKey: bytes.slice(1) }
  if (toHex(keyIdOf(key)) !== id) throw new Error('has an id that is not its own')
  return key
}

/** What is signed of a checkpoint, with the newline at its end. */
export function textOf({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`
}

/** A text and its signature, as they are served. */
export function format(text: string, key: LogKey, signature: Uint8Array): string {
  return `${text}\n${dash} ${key.name} ${toBase64(concatBytes(keyIdOf(key), signature))}\n`
}

/** @throws Error with the fault if it is not a signed checkpoint. Does not check signatures. */
export function parse(note: string): SignedNote {
  const end = note.lastIndexOf('\n\n')
  if (end < 0 || !note.endsWith('\n')) throw new Error('is not a signed note')
  const text = note.slice(0, end + 1)
  const [origin, size, root, ...more] = text.slice(0, -1).split('\n')
  if (!origin || !size || !root || more.includes('')) throw new Error('holds no checkpoint')
  if (!/^(0|[1-9][0-9]{0,17})$/.test(size)) throw new Error('has a size that is no number')
  const hash = fromBase64(root)
  if (hash.length !== 32) throw new Error('has a root that is not 32 bytes')
  const signatures = note
    .slice(end + 2, -1)
    .split('\n')
    .map(parseSignature)
  return { checkpoint: { origin, size: BigInt(size), root: hash }, text, signatures }
}

function parseSignature(line: string): Signature {
  const [, name, encoded] = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/.exec(line) ?? []
  if (!name || !encoded) throw new Error('has a signature line that cannot be read')
  const bytes = fromBase64(encoded)
  return { name, keyId: bytes.slice(0, 4), signature: bytes.slice(4) }
}

/** Whether this key signed the note. Ignores other signatures, for instance of witnesses. */
export function isSigned({ text, signatures }: SignedNote, key: LogKey): boolean {
  const id = keyIdOf(key)
  const message = utf8ToBytes(text)
  return signatures.some(
    ({ name, keyId, signature }) =>
      name === key.name &&
      equal(keyId, id) &&
      signature.length === 64 &&
      ed25519.verify(signature, message, key.publicKey, { zip215: false }),
  )
}
