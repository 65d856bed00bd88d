// `npm test`: everything there is, from a fresh clone, ending with one line "N passed, N failed".
import path from 'node:path'
import { ensureInstall } from './ensure-install.mjs'
import { bin, line, progress, root, run } from './runner.mjs'
import { verify } from './verify.mjs'

const total = { passed: 0, failed: 0 }
// The last line stands there whatever ends this.
process.on('exit', (code) => {
  const failed = code === 0 ? total.failed : Math.max(1, total.failed)
  console.log(`\n${total.passed} passed, ${failed} failed`)
})

// A browser and proxies come from elsewhere than the packages, and are needed last. apt-get does one thing at a time.
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

// What computes and what waits for the database share their time.
for (const projects of [['fuzz', 'db'], ['chain']]) {
  const name = projects.join(' and ')
  console.log(`\n── ${name}`)
  const chosen = projects.flatMap((project) => ['--project', project])
  await step(name, [...bin('vitest', 'vitest.mjs'), 'run', ...chosen, '--reporter=default', ...progress])
}

console.log('\n── build')
// Both demos of the browsers' step find it done.
const build = await run([process.execPath, '--import', 'tsx', 'scripts/build.ts'])
add(build)
line(build.ok, 'build', build.seconds)

const { ok, output } = await browser
const { output: said } = await proxies
console.log(said.trim())
if (ok) {
  console.log('\n── e2e')
  // Paying clients mostly wait for blocks, and browsers for the processor: side by side, each with a demo of its own.
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
