// `npm test`: everything there is, from a fresh clone, ending with one line "N passed, N failed".
import { rmSync } from 'node:fs'
import path from 'node:path'
import { ensureInstall } from './ensure-install.mjs'
import { bin, counted, line, root, run } from './runner.mjs'
import { verify } from './verify.mjs'

// Whoever reads the last line gets one, whatever ends this.
let told = false
process.on('exit', () => told || console.log('0 passed, 1 failed'))

// A browser comes from elsewhere than the packages, and is needed last.
const browser = run([process.execPath, 'scripts/ensure-chromium.mjs'], { quiet: true })
await ensureInstall()

// Hung tests must end before whoever waits for the last line gives up. The clock began with this process: installing counts.
const budgetMs = 24 * 60_000
const leftMs = () => Math.max(1_000, budgetMs - performance.now())
const total = { passed: 0, failed: 0 }

function add(count) {
  total.passed += count.passed
  total.failed += count.failed
}

async function step(name, report, command, env) {
  rmSync(path.join(root, report), { force: true })
  const result = await run(command, { timeoutMs: leftMs(), env })
  const count = counted(result, report)
  add(count)
  const note = `${count.passed} passed, ${count.failed} failed${result.timedOut ? ' (out of time)' : ''}`
  line(result.ok && count.failed === 0, name, result.seconds, note)
}

console.log('── verify')
add(await verify())

// What computes and what waits for the database share their time.
for (const projects of [['fuzz', 'db'], ['chain']]) {
  const name = projects.join(' and ')
  const report = `test-results/${projects.join('-')}.json`
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  console.log(`\n── ${name}`)
  const chosen = projects.flatMap((project) => ['--project', project])
  await step(name, report, [...bin('vitest', 'vitest.mjs'), 'run', ...chosen, ...reporters])
}

const { ok, output } = await browser
if (ok) {
  console.log('\n── e2e')
  // Paying clients mostly wait for blocks, and browsers for the processor: side by side, each with a demo of its own.
  await Promise.all(
    ['agents', 'people'].map((project) => {
      const report = `playwright-report/${project}.json`
      const args = ['test', `--project=${project}`, `--output=test-results/e2e/${project}`, '--reporter=list,json']
      const env = {
        CHROMIUM: output.trim().split('\n').at(-1),
        PLAYWRIGHT_JSON_OUTPUT_FILE: path.join(root, report),
      }
      return step(`e2e ${project}`, report, [...bin('@playwright/test', 'cli.js'), ...args], env)
    }),
  )
} else {
  console.error(output)
  add({ passed: 0, failed: 1 })
}

told = true
console.log(`\n${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed === 0 ? 0 : 1)
