// Installs what package-lock.json names when node_modules is missing or behind it. Needs Node and npm only. What only tests, benches and
// checks need (devDependencies) is left out until one of them is run.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { lock } from './file-lock.mjs'

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')
const heartbeatMs = 10_000

/** Whether node_modules holds exactly what the lock asks for; `tests`: with what only tests need. */
function isInstalled(tests) {
  const installed = packagesOf(path.join(root, 'node_modules', '.package-lock.json'))
  if (!installed) return false
  const locked = packagesOf(path.join(root, 'package-lock.json'))
  return Object.entries(locked ?? {}).every(([folder, entry]) => {
    if (folder === '' || entry.link || isLeftOut(entry, tests)) return true
    const found = installed[folder]
    // Optional packages of other systems, and theirs, are in the lock and rightly not on the disk.
    if (!found) return entry.optional === true || entry.devOptional === true
    return found.version === entry.version
  })
}

const isLeftOut = (entry, tests) => !tests && entry.dev === true

/**
 * Runs `npm ci` when it is needed.
 * Two starts at once wait for each other. Ends the process with one sentence when it cannot be done.
 * @param options `tests`: with what only tests, benches and checks need.
 */
export async function ensureInstall({ tests = true } = {}) {
  if (isInstalled(tests)) return
  const file = path.join(root, '.data', 'install.lock')
  const unlock = await lock(file, () => console.log('Waiting for another start that is installing …'))
  try {
    if (!isInstalled(tests)) await install(tests)
  } finally {
    unlock()
  }
}

async function install(tests) {
  const count = Object.values(packagesOf(path.join(root, 'package-lock.json')) ?? {}).filter(
    (entry) => !isLeftOut(entry, tests) && !entry.os && !entry.cpu,
  ).length
  console.log(`Installing ${count} packages with npm ci; the first time this takes a minute or two.`)
  // npm is a JavaScript file where npm started us, and a command otherwise.
  const npm = process.env.npm_execpath?.endsWith('npm-cli.js') ? [process.execPath, process.env.npm_execpath] : ['npm']
  const left = tests ? [] : ['--omit=dev']
  await step(
    'Installed',
    [...npm, 'ci', ...left, '--no-audit', '--no-fund'],
    'npm ci failed: is a package registry reachable?',
  )
}

async function step(done, [command, ...args], failure) {
  const startedAt = Date.now()
  const seconds = () => `${((Date.now() - startedAt) / 1000).toFixed(0)} s`
  const timer = setInterval(() => console.log(`  … ${seconds()}`), heartbeatMs)
  // Started by `npm run`, npm would take settings of that run for its own.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle)_/.test(name)),
  )
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (output = (output + chunk).slice(-20_000)))
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      output += error.message
      resolve(1)
    })
    child.once('close', resolve)
  })
  clearInterval(timer)
  if (code !== 0) {
    const lines = output.split('\n').filter((line) => line.trim() && !/^npm (warn|notice)/.test(line))
    console.error(`${lines.slice(-12).join('\n')}\n\n${failure}`)
    process.exit(1)
  }
  console.log(`✓ ${done} (${seconds()})`)
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return undefined
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await ensureInstall()
