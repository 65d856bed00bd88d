// node scripts/run.mjs FILE [args…]: makes sure that everything is installed, then compiles a TypeScript file and runs it.
// Plain Node, so that it works on a fresh clone. Signals and the exit code pass through.
import { spawn } from 'node:child_process'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureInstall } from './ensure-install.mjs'

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')
const [file, ...args] = process.argv.slice(2)
if (!file) {
  console.error('usage: node scripts/run.mjs FILE [args…]')
  process.exit(2)
}
// Everything else here is for developers.
await ensureInstall({ tests: !/^(sandbox\/demo|scripts\/)/.test(file) })

// Its packages are installed by now.
const { programOf } = await import('./compile.mjs')
const program = programOf(path.relative(root, path.resolve(root, file)))
await program.compile()

const child = spawn(process.execPath, ['--enable-source-maps', program.path, ...args], {
  cwd: root,
  stdio: 'inherit',
  // It may stop by itself when this process is gone.
  env: { ...process.env, SLUICE_PARENT: String(process.pid) },
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
// npm killed with SIGKILL cannot pass it on; without npm, a shell may leave us to ourselves on purpose.
if (process.env.npm_lifecycle_event) {
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 1_000).unref()
}
child.once('error', (error) => {
  console.error(error.message)
  process.exit(1)
})
child.once('exit', (code, signal) => process.exit(code ?? 128 + (os.constants.signals[signal ?? 'SIGTERM'] ?? 15)))
