import pg from 'pg'
import { pool, runFor } from '@/lib/db'

/** A statement as PostgreSQL ran it. */
export type Statement = { text: string; durationMs: number; scans: readonly Scan[] }

/** One place of a plan where a table is read. */
export type Scan = {
  /** "Seq Scan", "Index Scan", … */
  kind: string
  table: string
  index: string | undefined
  /** Rows that it looked at, over all of its runs, whether it kept them or not. */
  rows: number
}

type Node = {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Actual Rows'?: number
  'Actual Loops'?: number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: Node[]
}

/**
 * Has every connection to a database that is opened from now on tell the plan and the time of each statement (auto_explain, by
 * notices). Wants the role that owns the cluster.
 * @param withNested also those inside functions and triggers, whose time is in that of their statement too.
 */
export async function tellStatements(databaseUrl: string, withNested: boolean): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const name = client.escapeIdentifier(new URL(databaseUrl).pathname.slice(1))
  const settings = {
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_timing': 'off',
    'auto_explain.log_format': 'json',
    'auto_explain.log_level': 'notice',
    'auto_explain.log_nested_statements': withNested ? 'on' : 'off',
  }
  await client.query(`LOAD 'auto_explain'`)
  for (const [setting, value] of Object.entries(settings))
    await client.query(`ALTER DATABASE ${name} SET ${setting} = ${client.escapeLiteral(value)}`)
  await client.end()
}

/**
 * The statements that run while `work` does, on the connections of background tasks or of pages. The first call comes before any of
 * them ran.
 */
export async function recordStatements(
  work: () => Promise<unknown>,
  purpose: 'jobs' | 'pages' = 'jobs',
): Promise<Statement[]> {
  const connections = runFor(purpose, pool)
  if (!heard.has(connections)) {
    heard.add(connections)
    connections.on('connect', (client) =>
      client.on('notice', ({ message }) => message && statements.push(read(message))),
    )
  }
  statements.length = 0
  await runFor(purpose, work)
  return statements.splice(0).filter((statement) => statement !== undefined)
}

const heard = new WeakSet<pg.Pool>()
const statements: (Statement | undefined)[] = []

function read(message: string): Statement | undefined {
  const told = /^duration: ([\d.]+) ms {2}plan:\n([^]*)$/.exec(message)
  if (!told) return undefined
  const { 'Query Text': text, Plan } = JSON.parse(told[2] ?? '{}') as { 'Query Text': string; Plan: Node }
  return { text, durationMs: Number(told[1]), scans: scansOf(Plan) }
}

function scansOf(node: Node): Scan[] {
  const own = node['Relation Name'] ?? (node['Node Type'] === 'Bitmap Index Scan' ? '' : undefined)
  const perLoop =
    (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)
  const isRead = own !== undefined && own !== '' && node['Node Type'].includes('Scan')
  const scan = isRead
    ? [{ kind: node['Node Type'], table: own, index: node['Index Name'], rows: perLoop * (node['Actual Loops'] ?? 1) }]
    : []
  return [...scan, ...(node.Plans ?? []).flatMap(scansOf)]
}
