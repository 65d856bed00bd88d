import { randomBytes } from 'node:crypto'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Random letters and digits. Few enough values are rejected that the slight bias of the remainder does not matter here. */
export function randomText(length: number): string {
  return Array.from(randomBytes(length), (byte) => letters[byte % letters.length]).join('')
}

/** An id in Stripe's form: a prefix, and 24 letters and digits. */
export function newId(prefix: string): string {
  return `${prefix}_${prefix === 'cus' || prefix === 'req' ? randomText(14) : `1${randomText(23)}`}`
}
