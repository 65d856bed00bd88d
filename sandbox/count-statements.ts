import pg from 'pg'

/** Counts the statements of this process from now on, over all connections, with BEGIN and COMMIT. */
export function countStatements(): { count: number; texts: string[] } {
  const counted = { count: 0, texts: [] as string[] }
  const { prototype } = pg.Client as unknown as { prototype: { query(...args: unknown[]): unknown } }
  const original = prototype.query
  prototype.query = function query(this: unknown, ...args: unknown[]) {
    counted.count++
    if (counted.texts.length < textsMax) counted.texts.push(textOf(args[0]))
    return original.apply(this, args)
  }
  return counted
}

const textsMax = 10_000

function textOf(statement: unknown): string {
  return typeof statement === 'string' ? statement : ((statement as { text?: string } | undefined)?.text ?? '')
}
