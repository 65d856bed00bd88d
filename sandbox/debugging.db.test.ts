import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const text = readFileSync('docs/debugging.md', 'utf8')

describe('docs/debugging.md', () => {
  let client: pg.Client
  beforeAll(async () => {
    client = new pg.Client({ connectionString: process.env['DATABASE_URL'] })
    await client.connect()
  })
  afterAll(() => client.end())

  const statements = [...text.matchAll(/```sql\n(.*?)```/gs)].map(([, statement]) => statement ?? '')

  it.each(statements)('has a statement that runs on the schema: %s', async (statement) => {
    const query = statement.replaceAll(':id::uuid', '$1::uuid')
    const values = query.includes('$1') ? ['00000000-0000-4000-8000-000000000000'] : []
    expect((await client.query(query, values)).rows).toEqual(expect.any(Array))
  })

  it('quotes log lines and labels that the code has', () => {
    const quoted = [...text.matchAll(/“([^”]+)”/g)].map(([, line]) => (line ?? '').replaceAll(/\s+/g, ' '))
    expect(quoted.length).toBeGreaterThan(20)
    const isWritten = (line: string) => {
      try {
        return (
          execFileSync('git', [
            '-c',
            'safe.directory=*',
            'grep',
            '-lF',
            line,
            '--',
            'lib',
            'components',
            'app',
            'server.ts',
          ]).length > 0
        )
      } catch {
        return false
      }
    }
    expect(quoted.filter((line) => !isWritten(line))).toEqual([])
  })
})
