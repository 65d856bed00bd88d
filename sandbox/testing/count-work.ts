import { countStatements as countAll } from '../count-statements'

let counted: { texts: string[] } | undefined

/**
 * The statements that this process sends to PostgreSQL while `work` runs, BEGIN and COMMIT too, but for the heartbeat's. Exact: it is
 * the client that is asked.
 */
export async function countStatements(work: () => Promise<unknown>): Promise<string[]> {
  counted ??= countAll()
  counted.texts.length = 0
  await work()
  return counted.texts
    .splice(0)
    .filter((text) => text !== '' && !/^(INSERT INTO process\b|SELECT 1$)/.test(text))
    .map((text) => text.trim().replaceAll(/\s+/g, ' '))
}
