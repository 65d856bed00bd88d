import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * Macaroons in the binary format of version 2, with first-party caveats only. Pure. The npm package of that name doubles its buffer
 * with every write, up to hundreds of megabytes for one of our tokens; the tests read and verify by it what is written here.
 */
export type Macaroon = { identifier: Buffer; caveats: readonly Buffer[]; signature: Buffer }

const version = 2
const fields = { end: 0, location: 1, identifier: 2, signature: 6 }
const signatureBytes = 32
/** A holder may add caveats of its own; a token with many more is not one of a client. */
const caveatsMax = 32

/** Makes one. Its bytes depend on nothing but these values. */
export function create(rootKey: Uint8Array, identifier: Uint8Array, caveats: readonly string[]): Macaroon {
  const held = caveats.map((caveat) => Buffer.from(caveat))
  return { identifier: Buffer.from(identifier), caveats: held, signature: sign(rootKey, identifier, held) }
}

/** Whether it was made under this key. Compares in constant time. */
export function isSigned({ identifier, caveats, signature }: Macaroon, rootKey: Uint8Array): boolean {
  return signature.length === signatureBytes && timingSafeEqual(signature, sign(rootKey, identifier, caveats))
}

/** Each caveat is signed by the signature before it, so that a holder can add one and take none away. */
function sign(rootKey: Uint8Array, identifier: Uint8Array, caveats: readonly Uint8Array[]): Buffer {
  const key = hmac(Buffer.from('macaroons-key-generator'.padEnd(32, '\0')), rootKey)
  return caveats.reduce<Buffer>((signature, caveat) => hmac(signature, caveat), hmac(key, identifier))
}

function hmac(key: Uint8Array, bytes: Uint8Array): Buffer {
  return createHmac('sha256', key).update(bytes).digest()
}

export function write({ identifier, caveats, signature }: Macaroon): Buffer {
  const end = Buffer.from([fields.end])
  return Buffer.concat([
    Buffer.from([version]),
    fieldOf(fields.identifier, identifier),
    end,
    ...caveats.flatMap((caveat) => [fieldOf(fields.identifier, caveat), end]),
    end,
    fieldOf(fields.signature, signature),
  ])
}

function fieldOf(kind: number, bytes: Buffer): Buffer {
  const length: number[] = []
  let rest = bytes.length
  for (; rest >= 0x80; rest >>>= 7) length.push((rest & 0x7f) | 0x80)
  return Buffer.concat([Buffer.from([kind, ...length, rest]), bytes])
}

/** @throws TypeError if the bytes are none, or have a caveat of a third party. */
export function read(bytes: Buffer): Macaroon {
  const reader = readerOf(bytes)
  if (reader.byte() !== version) throw new TypeError('is not a macaroon of version 2')
  const [identifier] = reader.section()
  const caveats: Buffer[] = []
  for (let section = reader.section(); section.length > 0; section = reader.section()) {
    if (caveats.length === caveatsMax) throw new TypeError('has too many caveats')
    caveats.push(section[0] as Buffer)
  }
  const signature = reader.field(fields.signature)
  if (!identifier || !reader.isAtEnd()) throw new TypeError('is not a whole macaroon')
  return { identifier, caveats, signature }
}

function readerOf(bytes: Buffer) {
  let at = 0
  const byte = () => {
    const value = bytes[at++]
    if (value === undefined) throw new TypeError('ends too early')
    return value
  }
  const data = () => {
    const first = byte()
    const length = first < 0x80 ? first : (first & 0x7f) | (byte() << 7)
    at += length
    if (at > bytes.length) throw new TypeError('ends too early')
    return bytes.subarray(at - length, at)
  }
  const field = (kind: number) => {
    if (byte() !== kind) throw new TypeError('has a field that is not known')
    return data()
  }
  return {
    byte,
    field,
    isAtEnd: () => at === bytes.length,
    /** The identifier of one section, without its location; empty at the end of all. */
    section(): Buffer[] {
      if (bytes[at] === fields.end) {
        at++
        return []
      }
      if (bytes[at] === fields.location) field(fields.location)
      const identifier = field(fields.identifier)
      if (byte() !== fields.end) throw new TypeError('has a caveat of a third party')
      return [identifier]
    },
  }
}
