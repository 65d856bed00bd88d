import { createHash, timingSafeEqual } from 'node:crypto'
import { inspect } from 'node:util'

const form = /^[0-9a-f]{64}$/
const hidden = '[preimage]'

/**
 * The secret behind a payment hash. Knowing it proves a payment, and in a session spends its balance, so it is treated like a key: it
 * never prints, and only `reveal` gives it away.
 */
export class Preimage {
  readonly #hex: string

  private constructor(hex: string) {
    this.#hex = hex
  }

  /** 64 lower-case hex digits; undefined for anything else. */
  static parse(text: unknown): Preimage | undefined {
    return typeof text === 'string' && form.test(text) ? new Preimage(text) : undefined
  }

  /** The SHA-256 of it: 64 lower-case hex digits. */
  hash(): string {
    return this.#digest().toString('hex')
  }

  /** Whether this is the preimage of a hash (64 lower-case hex digits). Takes the same time for every wrong one. */
  opens(paymentHash: string): boolean {
    return form.test(paymentHash) && timingSafeEqual(this.#digest(), Buffer.from(paymentHash, 'hex'))
  }

  /** The secret, for the wire only. */
  reveal(): string {
    return this.#hex
  }

  toString(): string {
    return hidden
  }

  toJSON(): string {
    return hidden
  }

  [inspect.custom](): string {
    return hidden
  }

  #digest(): Buffer {
    return createHash('sha256').update(Buffer.from(this.#hex, 'hex')).digest()
  }
}
