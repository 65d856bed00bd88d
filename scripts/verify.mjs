// `npm run verify`: format, lint, types, unused code and the pure tests, in seconds.
import { pathToFileURL } from 'node:url'
import { bin, line, progress, run } from './runner.mjs'

const steps = [
  { name: 'format', commands: [[...bin('oxfmt', 'bin/oxfmt'), '--check', '.']] },
  { name: 'lint', commands: [[...bin('oxlint', 'bin/oxlint'), '-c', 'oxlint.config.mjs']] },
  {
    name: 'types',
    // Pages are typed by what Next generates from the routes.
    commands: [
      [...bin('next', 'dist/bin/next'), 'typegen'],
      // The compiler in native code, in a third of the time; Next and knip read the other one's API.
      [...bin('@typescript/native', 'bin/tsc'), '--noEmit'],
    ],
  },
  { name: 'unused', commands: [[...bin('knip', 'bin/knip.js'), '--no-progress']] },
  {
    name: 'pure tests',
    commands: [[...bin('vitest', 'vitest.mjs'), 'run', '--project', 'pure*', '--reporter=dot', ...progress]],
    tests: true,
  },
]

/** Runs every step, shows the output of those that fail. @returns { passed, failed } */
export async function verify() {
  const results = await Promise.all(
    steps.map(async ({ name, commands, tests }) => {
      let result = { ok: true, output: '', seconds: 0 }
      for (const command of commands) {
        const next = await run(command, { quiet: true, tests, env: { NEXT_TELEMETRY_DISABLED: '1' } })
        result = { ...next, output: result.output + next.output, seconds: result.seconds + next.seconds }
        if (!next.ok) break
      }
      return { name, tests, ...result }
    }),
  )
  for (const result of results.filter(({ ok }) => !ok)) console.log(`\n── ${result.name}\n${result.output.trim()}\n`)
  for (const { ok, name, seconds, passed, failed, tests } of results)
    line(ok, name, seconds, tests && `${passed} passed${failed ? `, ${failed} failed` : ''}`)
  return {
    passed: results.reduce((sum, { passed }) => sum + passed, 0),
    failed: results.reduce((sum, { failed }) => sum + failed, 0),
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { failed } = await verify()
  process.exit(failed === 0 ? 0 : 1)
}
