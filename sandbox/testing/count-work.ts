import pg from 'pg'

type Query = (this: unknown, ...args: unknown[]) => unknown

const seen: string[] = []
let isHooked = false

/**
 * The statements that this process sends to PostgreSQL while `work` runs, BEGIN and COMMIT too, but for the heartbeat's. Exact: it is
 * the client that is asked.
 */
export async function countStatements(work: () => Promise<unknown>): Promise<string[]> {
  hook()
  seen.length = 0
  await work()
  return seen.splice(0)
}

function hook(): void {
  if (isHooked) return
  isHooked = true
  const prototype = pg.Client.prototype as unknown as { query: Query }
  const { query } = prototype
  prototype.query = function count(...args) {
    const [first] = args
    const text = typeof first === 'string' ? first : (first as { text?: string } | undefined)?.text
    if (text !== undefined && !/^(INSERT INTO process\b|SELECT 1$)/.test(text))
      seen.push(text.trim().replaceAll(/\s+/g, ' '))
    return query.apply(this, args)
  }
}
