import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Client } from './clients'

const scripts = path.join(import.meta.dirname, 'clients')

/**
 * The folder in which a client runs: its packages, and its script with what that imports. They are installed when they are not
 * there yet. @throws Error with npm's words.
 */
export async function install(client: Client, root: string): Promise<string> {
  const name = `${client.name}-${client.version}-${path.parse(client.script).name}`
  const dir = path.join(root, name.replaceAll(/[^A-Za-z0-9.]+/g, '-'))
  mkdirSync(dir, { recursive: true })
  cpSync(scripts, dir, { recursive: true })
  // What is named here is what its dependencies get too: an old client with the insides of a new one is neither.
  const manifest = JSON.stringify({
    private: true,
    type: 'module',
    dependencies: client.packages,
    overrides: Object.fromEntries(Object.keys(client.packages).map((each) => [each, `$${each}`])),
  })
  const done = path.join(dir, 'installed.json')
  if (existsSync(done) && readFileSync(done, 'utf8') === manifest) return dir
  writeFileSync(path.join(dir, 'package.json'), manifest)
  const args = ['install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps']
  await promisify(execFile)('npm', [...args, '--package-lock=false'], { cwd: dir })
  writeFileSync(done, manifest)
  return dir
}
