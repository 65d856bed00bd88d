// Makes package-lock.json acceptable to `npm ci`. Run it after each `npm install` that changed the lock:
//   node scripts/lock-fill.mjs [package-lock.json]
//
// A registry that does not carry every platform's package makes `npm install` drop those optional
// packages from the lock, and `npm ci` then refuses the lock ("Missing: … from lock file"). Each one
// is put back as an entry that says for which system it is, so that other systems skip it.
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const systems = {
  darwin: /darwin|macos|apple/,
  win32: /win32|windows/,
  android: /android/,
  freebsd: /freebsd/,
  netbsd: /netbsd/,
  openbsd: /openbsd/,
  openharmony: /openharmony/,
  aix: /aix/,
  sunos: /sunos/,
  linux: /linux/,
}
const processors = {
  wasm32: /wasm/,
  arm64: /arm64|aarch64/,
  arm: /arm/,
  ppc64: /ppc64|powerpc64/,
  riscv64: /riscv64/,
  s390x: /s390x/,
  loong64: /loong64/,
  mips64el: /mips64el/,
  ia32: /ia32|i686/,
  x64: /x64|amd64|x86_64/,
}

/** The first key whose pattern is in `name`. */
function first(table, name) {
  return Object.keys(table).find((key) => table[key].test(name))
}

/** Whether `name` is in the lock as seen from the package at `from` (Node's resolution, upwards). */
function isLocked(packages, from, name) {
  for (let folder = from; ;) {
    if (packages[`${folder ? `${folder}/` : ''}node_modules/${name}`]) return true
    if (!folder) return false
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/'))).replace(/\/$/, '')
  }
}

const file = process.argv[2] ?? path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'package-lock.json')
const lock = JSON.parse(fs.readFileSync(file, 'utf8'))
const added = []

for (const [from, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isLocked(lock.packages, from, name)) continue
    const short = name.slice(name.lastIndexOf('/') + 1)
    const os = first(systems, short)
    const cpu = first(processors, short)
    // An entry that no system skips would be asked for everywhere and break every install.
    if (!/^\d/.test(version) || (!os && !cpu)) {
      console.error(
        `lock-fill: cannot tell for which system ${name}@${version} (optional, of ${from}) is: add it by hand`,
      )
      process.exitCode = 1
      continue
    }
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(cpu && { cpu: [cpu] }),
      ...(entry.dev && { dev: true }),
      ...(/musl/.test(short) && { libc: ['musl'] }),
      optional: true,
      ...(os && { os: [os] }),
    }
    added.push(`${name}@${version}`)
  }
}

if (added.length > 0) {
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')))
  fs.writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
}
console.log(`lock-fill: ${added.length} entries added${added.length > 0 ? `:\n  ${added.join('\n  ')}` : ''}`)
