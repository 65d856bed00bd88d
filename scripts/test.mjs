// `npm test`: every check and test, from a fresh clone. The last line is "N passed, N failed".
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { ensureInstall } from './ensure-install.mjs'
import { bin, line, progress, retried, root, run } from './runner.mjs'
import { verify } from './verify.mjs'

/** Those of bench/benches.ts. */
const benches = readFileSync(path.join(root, 'bench/benches.ts'), 'utf8').matchAll(/name: '([\w-]+)'/g)

const total = { passed: 0, failed: 0 }
// Printed however the process ends.
process.on('exit', (code) => {
  if (retried.size > 0) console.log('\nPassed or failed only after another try:')
  for (const [name, retries] of retried) console.log(`  ${name} (${retries} more)`)
  const failed = code === 0 ? total.failed : Math.max(1, total.failed)
  console.log(`\n${total.passed} passed, ${failed} failed`)
})

// Browser and proxies are not npm packages, and are needed last. apt-get runs one at a time.
const browser = run([process.execPath, 'scripts/ensure-chromium.mjs'], { quiet: true })
const proxies = browser.then(() => run([process.execPath, 'scripts/ensure-proxies.mjs'], { quiet: true }))
await ensureInstall()

function add({ passed, failed }) {
  total.passed += passed
  total.failed += failed
}

async function step(name, command, env) {
  const result = await run(command, { tests: true, env })
  add(result)
  line(result.ok, name, result.seconds, `${result.passed} passed, ${result.failed} failed`)
}

console.log('── verify')
add(await verify())

// Fuzz tests need the processor, database tests wait: they run side by side.
for (const projects of [['fuzz', 'db'], ['chain']]) {
  const name = projects.join(' and ')
  console.log(`\n── ${name}`)
  const chosen = projects.flatMap((project) => ['--project', project])
  await step(name, [...bin('vitest', 'vitest.mjs'), 'run', ...chosen, '--reporter=default', ...progress])
}

console.log('\n── build')
// Both demos of the e2e step use this build.
const build = await run([process.execPath, '--import', 'tsx', 'scripts/build.ts'])
add(build)
line(build.ok, 'build', build.seconds)

console.log('\n── benches')
for (const [, name] of benches) {
  // Their output shows only when they fail: the numbers of so short a run say nothing.
  const args = ['scripts/run.mjs', 'bench/main.ts', '--smoke', '--only', name]
  const bench = await run([process.execPath, ...args], { quiet: true })
  add(bench)
  line(bench.ok, name, bench.seconds)
  if (!bench.ok) console.log(bench.output)
}

const { ok, output } = await browser
const { output: said } = await proxies
console.log(said.trim())
if (ok) {
  console.log('\n── e2e')
  // Paying clients mostly wait for blocks, browsers need the processor: they run side by side, each with its own demo.
  await Promise.all(
    ['agents', 'people'].map((project) => {
      const args = ['test', `--project=${project}`, `--output=test-results/e2e/${project}`]
      const reporter = `--reporter=list,${path.join(root, 'scripts/progress-reporter.mjs')}`
      const command = [...bin('@playwright/test', 'cli.js'), ...args, reporter]
      return step(`e2e ${project}`, command, { CHROMIUM: output.trim().split('\n').at(-1) })
    }),
  )
} else {
  console.error(output)
  add({ passed: 0, failed: 1 })
}

process.exit(total.failed === 0 ? 0 : 1)
