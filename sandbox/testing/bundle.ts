import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = path.join(import.meta.dirname, '../..')
const made = new Map<string, Promise<string>>()

/**
 * A program of ours as one file of JavaScript that a child process runs, made once for each test file: it starts in half the
 * time that it takes from TypeScript, and tests that kill start many. Packages stay where they are.
 */
export function bundle(entry: URL): Promise<string> {
  const file = fileURLToPath(entry)
  const known = made.get(file)
  if (known) return known
  const making = make(file)
  made.set(file, making)
  return making
}

async function make(file: string): Promise<string> {
  // Below node_modules, so that packages are found from there.
  const dir = path.join(root, 'node_modules/.cache/sluice')
  mkdirSync(dir, { recursive: true })
  const outfile = path.join(dir, `${path.basename(file, '.ts')}-${process.pid}.mjs`)
  await build({
    entryPoints: [file],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    tsconfig: path.join(root, 'tsconfig.json'),
    logLevel: 'error',
  })
  return outfile
}
