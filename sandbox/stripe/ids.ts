import { randomFillSync } from 'node:crypto'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

// Drawn in one piece: a payment makes some twenty ids.
const pool = Buffer.alloc(4_096)
let drawn = pool.length

/** Random letters and digits, evenly: bytes that would favour the first letters are left out. */
export function randomText(length: number): string {
  let text = ''
  while (text.length < length) {
    if (drawn >= pool.length) {
      randomFillSync(pool)
      drawn = 0
    }
    const byte = pool[drawn++] ?? 255
    if (byte < letters.length * 4) text += letters[byte % letters.length]
  }
  return text
}

/** An id in Stripe's form: a prefix, and 24 letters and digits. */
export function newId(prefix: string): string {
  return `${prefix}_${prefix === 'cus' || prefix === 'req' ? randomText(14) : `1${randomText(23)}`}`
}
