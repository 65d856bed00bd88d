import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { benches, type Bench } from './benches'
import { isMet, valueOf, type Row } from './report'

/**
 * Every bench, one after the other, and one table of their results beside their goals: each with its peer in the same run, set up as
 * the peer's makers do it, and the machine's load before it. Takes about half an hour on two cores. A bench that fails is named, and
 * its rows are missing. `--smoke` only checks that each bench runs.
 *
 *   npm run bench -- [--only gateway,idle] [--quick | --smoke]
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
  },
})

const only = values.only?.split(',')
const unknown = only?.filter((name) => benches.every((bench) => bench.name !== name)) ?? []
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}. There are: ${benches.map(({ name }) => name).join(', ')}.`)
  process.exit(2)
}

type Found = Row & { load: string }
const found: Found[] = []
const failed: string[] = []
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-bench-rows-'))
for (const bench of benches) {
  const { name } = bench
  const args = argsOf(bench)
  if (!args || only?.includes(name) === false) continue
  const file = path.join(dir, `${name}.jsonl`)
  const load = os.loadavg()[0]?.toFixed(1) ?? ''
  process.stderr.write(`\n── ${name} (load ${load})\n`)
  if ((await run(name, args, file)) !== 0) failed.push(name)
  if (!fs.existsSync(file)) continue
  const lines = fs.readFileSync(file, 'utf8').trim().split('\n')
  found.push(...lines.map((line) => ({ ...(JSON.parse(line) as Row), load })))
}
fs.rmSync(dir, { recursive: true })
print()
process.exit(failed.length === 0 ? 0 : 1)

/** Undefined where the bench has no part in this run. */
function argsOf({ whole, quick, smoke }: Bench): readonly string[] | undefined {
  if (values.smoke) return smoke
  return values.quick ? (quick ?? whole) : whole
}

function run(name: string, args: readonly string[], file: string): Promise<number> {
  const child = spawn(process.execPath, ['scripts/run.mjs', `bench/${name}.ts`, ...args], {
    cwd: path.dirname(import.meta.dirname),
    env: { ...process.env, SLUICE_BENCH_ROWS: file },
    // The table is all that goes to standard output.
    stdio: ['ignore', 2, 2],
  })
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
}

function print(): void {
  console.log(
    '| what | Sluice | peer | quotient | goal | met | load |\n| --- | ---: | ---: | ---: | ---: | --- | ---: |',
  )
  for (const row of found) {
    const { row: what, now, peer, goal, atLeast, load } = row
    const quotient = peer === undefined ? '' : short(valueOf(row))
    const cells = [what, short(now), peer === undefined ? '' : short(peer), quotient]
    console.log(
      `| ${cells.join(' | ')} | ${atLeast ? '≥' : '≤'} ${short(goal)} | ${isMet(row) ? 'yes' : 'no'} | ${load} |`,
    )
  }
  const missed = found.filter((row) => !isMet(row)).length
  console.log(`\n${found.length - missed} met, ${missed} missed`)
  if (failed.length > 0) console.log(`Failed: ${failed.join(', ')}`)
  console.log(`${os.cpus().length} cores (${os.cpus()[0]?.model}), Node ${process.version}`)
}

function short(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return Number(value.toFixed(digits)).toLocaleString('en')
}
