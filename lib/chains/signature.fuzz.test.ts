import { randomBytes } from 'node:crypto'
import type { Hex } from 'viem'
import { expect, it } from 'vitest'
import { javascriptCurve, nativeCurve, recoverSigner } from './signature'

const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const count = 10_000

type Kind = (typeof kinds)[number]
const kinds = ['valid', 'malleable', 'other digest', 'one bit', 'wrong v', 'random', 'r or s out of range'] as const

/** A signature of a kind, and the digest that it comes with. */
function make(kind: Kind): { digest: Uint8Array; signature: Hex } {
  const digest = randomBytes(32)
  const { compact, recoveryId } = (nativeCurve ?? javascriptCurve).sign(digest, randomBytes(32))
  const [r, s] = [Buffer.from(compact.subarray(0, 32)), Buffer.from(compact.subarray(32))]
  const write = (rBytes: Uint8Array, sBytes: Uint8Array, v: number): Hex =>
    `0x${Buffer.concat([rBytes, sBytes, Buffer.from([v])]).toString('hex')}`
  const v = 27 + recoveryId
  switch (kind) {
    case 'valid':
      return { digest, signature: write(r, s, v) }
    case 'malleable':
      return { digest, signature: write(r, bytesOf(order - BigInt(`0x${s.toString('hex')}`)), 55 - v) }
    case 'other digest':
      return { digest: randomBytes(32), signature: write(r, s, v) }
    case 'one bit': {
      const bit = randomBytes(1)[0] ?? 0
      r[bit >> 3] = (r[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      return { digest, signature: write(r, s, v) }
    }
    case 'wrong v':
      return { digest, signature: write(r, s, [0, 1, 26, 29, 55 - v][digest[0]! % 5]!) }
    case 'random':
      return { digest, signature: write(randomBytes(32), randomBytes(32), v) }
    case 'r or s out of range':
      return {
        digest,
        signature: write(digest[0]! % 2 ? bytesOf(order) : bytesOf(0n), digest[1]! % 2 ? s : bytesOf(0n), v),
      }
  }
}

function bytesOf(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex')
}

function outcome(digest: Uint8Array, signature: Hex, curve: typeof javascriptCurve): string {
  try {
    return recoverSigner(digest, signature, curve)
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError)
    return 'refused'
  }
}

it.runIf(nativeCurve)(`native and JavaScript agree on ${count} valid, malleable and broken signatures`, () => {
  const seen = new Map<string, number>()
  for (let index = 0; index < count; index++) {
    const kind = kinds[index % kinds.length]!
    const { digest, signature } = make(kind)
    const native = outcome(digest, signature, nativeCurve!)
    expect(native, `${kind} ${signature} of ${Buffer.from(digest).toString('hex')}`).toBe(
      outcome(digest, signature, javascriptCurve),
    )
    const what = `${kind}: ${native === 'refused' ? 'refused' : 'a signer'}`
    seen.set(what, (seen.get(what) ?? 0) + 1)
  }
  expect(seen.get('malleable: a signer')).toBeUndefined()
  expect(seen.get('r or s out of range: a signer')).toBeUndefined()
  expect(seen.get('valid: refused')).toBeUndefined()
})
