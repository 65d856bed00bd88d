/**
 * Limits for an ABI from a stranger, checked before any parser sees it. A struct that holds another one twice doubles
 * it: twenty such lines make a million components, and viem writes out each of them. Pure.
 */

export const max = {
  /** Lines of text, or items of JSON. */
  items: 500,
  /** Characters of one line. */
  line: 4_096,
  /** Parameters and components of all items together, each struct written out at every use. */
  components: 8_192,
  /** Nesting depth of tuples. */
  depth: 16,
  /** Characters of one type, lists included. */
  type: 128,
  /** Product of the fixed lengths in one type. */
  elements: 1_024,
} as const

/** The ABI exceeds a limit; the message names the limit. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge'
}

/**
 * Checks lines in Solidity's notation, structs included. Counts words instead of parsing: a parsed line is never
 * smaller than that.
 * @throws TooLarge
 */
export function assertLines(lines: readonly string[]): void {
  if (lines.length > max.items) throw new TooLarge(`Send at most ${max.items} lines: those of the call are enough`)
  for (const line of lines) {
    if (line.length > max.line) throw new TooLarge(`A line may have ${max.line} characters`)
    if (depthOf(line) > max.depth) throw tooDeep()
  }
  const structs = new Map<string, string[]>()
  for (const line of lines) {
    const [, name, body] = /^\s*struct\s+([A-Za-z_$][\w$]*)([^]*)$/.exec(line) ?? []
    if (name !== undefined) structs.set(name, [...(structs.get(name) ?? []), ...wordsOf(body ?? '')])
  }
  const sizes = new Map<string, number>()
  let sum = 0
  for (const line of lines) sum += sizeOf(wordsOf(line), structs, sizes)
  if (sum > max.components) throw tooMany()
}

/**
 * Checks JSON items, or what a parser made of lines: the number of components, the depth, and that no element takes
 * zero bytes, because a decoder would loop over as many of those as a contract claims to send.
 * @throws TooLarge
 */
export function assertItems(items: readonly unknown[]): void {
  if (items.length > max.items) throw new TooLarge(`Send at most ${max.items} items: those of the call are enough`)
  let components = 0
  let level = items.flatMap((item) => [...listOf(item, 'inputs'), ...listOf(item, 'outputs')])
  for (let depth = 0; level.length > 0; depth++) {
    components += level.length
    if (components > max.components) throw tooMany()
    if (depth > max.depth) throw tooDeep()
    for (const parameter of level) assertType(parameter)
    level = level.flatMap((parameter) => listOf(parameter, 'components'))
  }
}

function assertType(parameter: unknown): void {
  const { type } = (parameter ?? {}) as { type?: unknown }
  if (typeof type !== 'string') throw new TooLarge('Each parameter is an object with its type')
  if (type.length > max.type) throw new TooLarge(`A type may have ${max.type} characters`)
  const lengths = [...type.matchAll(/\[(\d+)\]/g)].map(([, length]) => Number(length))
  const elements = lengths.reduce((product, length) => product * length, 1)
  if (elements < 1 || elements > max.elements)
    throw new TooLarge(`The fixed lengths of a type may come to 1 to ${max.elements} elements, not as in ${type}`)
  if (/^tuple(\[|$)/.test(type) && listOf(parameter, 'components').length === 0)
    throw new TooLarge('A tuple needs components')
}

function listOf(holder: unknown, name: string): unknown[] {
  const list = (holder as Record<string, unknown> | null | undefined)?.[name]
  return Array.isArray(list) ? list : []
}

function sizeOf(words: readonly string[], structs: ReadonlyMap<string, string[]>, sizes: Map<string, number>): number {
  let sum = 0
  for (const word of words) {
    const body = structs.get(word)
    if (!body) {
      sum += 1
      continue
    }
    let size = sizes.get(word)
    if (size === undefined) {
      // A recursive struct is endless.
      sizes.set(word, Infinity)
      size = sizeOf(body, structs, sizes)
      sizes.set(word, size)
    }
    sum += size
  }
  return sum
}

function wordsOf(text: string): string[] {
  return text.match(/[A-Za-z_$][\w$]*/g) ?? []
}

function depthOf(line: string): number {
  let [depth, deepest] = [0, 0]
  for (const char of line) {
    if (char === '(') deepest = Math.max(deepest, ++depth)
    else if (char === ')') depth--
  }
  return deepest
}

function tooMany(): TooLarge {
  return new TooLarge(
    `With every struct written out this has more than ${max.components} parameters: send the functions of the call only`,
  )
}

function tooDeep(): TooLarge {
  return new TooLarge(`Tuples may stand within each other ${max.depth} deep`)
}
