import { performance } from 'node:perf_hooks'
import type { Reader } from '@/lib/ctx'
import { closeDb, runFor } from '@/lib/db'
import { findSamples, scalePages, type ScalePage } from '../sandbox/scale-pages'
import { recordStatements, tellStatements, type Statement } from '../sandbox/statements'
import type { Row } from './report'

/** Limits for a page, an API list and a search, at the 95th percentile. */
const goalMs = { page: 200, search: 100, export: Number.POSITIVE_INFINITY } as const

type Measured = {
  page: ScalePage
  who: string
  ms: readonly number[]
  statements: readonly Statement[]
}

/**
 * Every page and API list as a member of the largest merchant and as an operator see it: timed by itself first, and then once more
 * with the plans of its statements. Leaves the database telling its statements to connections that are opened from then on.
 */
export async function measurePages(databaseUrl: string, runs: number): Promise<Measured[]> {
  const of = await findSamples()
  const pages = scalePages(of)
  const readers: Record<string, Reader> = {
    member: { operator: false, merchantId: of.merchantId },
    operator: { operator: true, merchantId: of.merchantId },
  }
  const each = Object.entries(readers).flatMap(([who, reader]) => pages.map((page) => ({ who, reader, page })))
  const measured: { page: ScalePage; who: string; reader: Reader; ms: number[] }[] = []
  for (const { who, reader, page } of each) {
    const ms: number[] = []
    // The first one plans and warms up, as no page after a deployment's first minute does.
    await runFor('pages', () => page.read(reader))
    while (ms.length < runs) {
      const sinceMs = performance.now()
      await runFor('pages', () => page.read(reader))
      ms.push(performance.now() - sinceMs)
    }
    measured.push({ page, who, reader, ms: ms.toSorted((one, other) => one - other) })
  }
  await closeDb()
  await tellStatements(databaseUrl, false)
  const told: Measured[] = []
  for (const { reader, ...rest } of measured)
    told.push({ ...rest, statements: await recordStatements(() => rest.page.read(reader), 'pages') })
  return told
}

const at = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

/** The table of pages, as lines of cells, and which missed their goal. */
export function tellPages(measured: readonly Measured[]): { head: string[]; rows: string[][]; missed: string[] } {
  const missed: string[] = []
  const rows = measured.map(({ page, who, ms, statements }) => {
    const worst = statements.toSorted((one, other) => other.durationMs - one.durationMs)[0]
    const isMissed = at(ms, 0.95) > goalMs[page.kind]
    if (isMissed)
      missed.push(
        `${page.name} (${who}): ${worst?.text.replaceAll(/\s+/g, ' ').slice(0, 400)}\n  ${JSON.stringify(worst?.scans)}`,
      )
    return [
      `${page.name} (${who})`,
      at(ms, 0.5).toFixed(0),
      at(ms, 0.95).toFixed(0),
      String(statements.length),
      (worst?.durationMs ?? 0).toFixed(1),
      Math.round(sumRows(statements)).toLocaleString('en'),
      isMissed ? `MISSED ${goalMs[page.kind]} ms` : '',
    ]
  })
  return { head: ['page', 'p50 ms', 'p95 ms', 'statements', 'slowest ms', 'rows looked at', ''], rows, missed }
}

/** The slowest of a kind, for the table of `npm run bench`. */
export function toRows(measured: readonly Measured[], payments: string): Row[] {
  return (['page', 'search'] as const).flatMap((kind) => {
    const slowest = measured
      .filter(({ page }) => page.kind === kind)
      .map(({ page, who, ms }) => ({ name: `${page.name}, ${who}`, ms: at(ms, 0.95) }))
      .toSorted((one, other) => other.ms - one.ms)[0]
    const row = `p95 ms of the slowest ${kind} at ${payments} payments: ${slowest?.name}`
    return slowest ? [{ row, now: slowest.ms, goal: goalMs[kind] }] : []
  })
}

function sumRows(statements: readonly Statement[]): number {
  return statements.flatMap(({ scans }) => scans).reduce((all, { rows }) => all + rows, 0)
}
