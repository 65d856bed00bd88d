/** Numbers in [0, 1) that depend only on the seed: the same seed gives the same numbers. Not for secrets. */
export type Random = () => number

/** A generator of 32 bits of state (mulberry32), seeded by the hash of a text. */
export function randomOf(seed: string): Random {
  let state = hash(seed)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A whole number from `low` to `high`, both included. */
export function between(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1))
}

/** One of these. @throws RangeError when there are none. */
export function oneOf<Value>(random: Random, values: readonly Value[]): Value {
  const value = values[between(random, 0, values.length - 1)]
  if (value === undefined) throw new RangeError('there is nothing to choose from')
  return value
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01000193)
  return value
}
