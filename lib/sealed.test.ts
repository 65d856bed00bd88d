import { describe, expect, it } from 'vitest'
import * as Sealed from './sealed'

const id = '0190a5a0-0000-7000-8000-000000000001'
const context = Sealed.headerContext(id, 'Authorization')

describe('sealed', () => {
  it('opens what it sealed, in nonce ‖ ciphertext ‖ tag', () => {
    for (const plaintext of ['', 'Bearer sk-1', 'ключ 🔑']) {
      const sealed = Sealed.seal(plaintext, context)
      expect(sealed.byteLength).toBe(12 + Buffer.byteLength(plaintext) + 16)
      expect(Sealed.open(sealed, context)).toBe(plaintext)
    }
  })

  it('never seals the same text twice alike, and never in the clear', () => {
    const [a, b] = [Sealed.seal('secret', context), Sealed.seal('secret', context)]
    expect(Buffer.from(a).equals(Buffer.from(b))).toBe(false)
    expect(Buffer.from(a).includes('secret')).toBe(false)
  })

  it('binds to the row and the name', () => {
    const sealed = Sealed.seal('secret', context)
    expect(() => Sealed.open(sealed, Sealed.headerContext(id, 'x-api-key'))).toThrow('does not open')
    expect(() => Sealed.open(sealed, Sealed.headerContext(id.replace(/1$/, '2'), 'authorization'))).toThrow()
    expect(Sealed.open(sealed, Sealed.headerContext(id, 'AUTHORIZATION'))).toBe('secret')
  })

  it('refuses every single flipped bit and every truncation', () => {
    const sealed = Sealed.seal('secret', context)
    for (let bit = 0; bit < sealed.byteLength * 8; bit++) {
      const flipped = Uint8Array.from(sealed)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      expect(() => Sealed.open(flipped, context)).toThrow()
    }
    for (let length = 0; length < sealed.byteLength; length++)
      expect(() => Sealed.open(sealed.subarray(0, length), context)).toThrow()
  })
})
