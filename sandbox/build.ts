import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import path from 'node:path'
import { lock } from '../scripts/file-lock.mjs'
import { startChild } from './child'

const folders = ['app', 'components', 'lib', 'public']
const files = [
  'package-lock.json',
  'tsconfig.json',
  'next.config.ts',
  'postcss.config.mjs',
  'proxy.ts',
  'instrumentation.ts',
]

const stampIn = (project: string) => path.join(project, '.next', 'sluice-sources.sha256')
const isBuilt = (project: string, sum: string) =>
  existsSync(stampIn(project)) && readFileSync(stampIn(project), 'utf8') === sum

/** Whether the built pages are those of these sources. Removes the stamp of other sources: without it server.ts serves no pages. */
export function keepPages(project: string): boolean {
  if (isBuilt(project, sourcesSum(project))) return true
  rmSync(stampIn(project), { force: true })
  return false
}

/**
 * Runs `next build` when something that it reads has changed since the last one. Every demo of this project shares
 * one build; two that start together wait for each other. @returns whether it had to build.
 * `nice` is its place in the queue for the processor, as the command of that name has it.
 * @throws Error with the end of the build's log.
 */
export async function ensureBuild(project: string, logFile: string, nice = 0): Promise<boolean> {
  if (keepPages(project)) return false
  const unlock = await lock(path.join(project, '.data', 'build.lock'))
  try {
    const sum = sourcesSum(project)
    if (isBuilt(project, sum)) return false
    rmSync(stampIn(project), { force: true })
    const child = startChild({
      name: 'next build',
      command: process.execPath,
      args: [path.join(project, 'node_modules', 'next', 'dist', 'bin', 'next'), 'build'],
      cwd: project,
      env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
      logFile,
      endSignal: 'SIGTERM',
    })
    if (child.pid > 0 && nice > 0) setPriority(child.pid, nice)
    const { code } = await child.ended
    if (code !== 0) throw new Error(`next build failed, see ${logFile}:\n${child.tail(30)}`)
    writeFileSync(stampIn(project), sum)
    return true
  } finally {
    unlock()
  }
}

function sourcesSum(project: string): string {
  const sum = createHash('sha256')
  const add = (file: string) =>
    sum
      .update(`${path.relative(project, file)}\0`)
      .update(readFileSync(file))
      .update('\0')
  for (const folder of folders) for (const file of sourcesIn(path.join(project, folder))) add(file)
  for (const file of files) if (existsSync(path.join(project, file))) add(path.join(project, file))
  return sum.digest('hex')
}

function sourcesIn(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return []
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const at = path.join(folder, entry.name)
      // Tests are not part of a build.
      if (entry.isDirectory()) return sourcesIn(at)
      return /\.test\.tsx?$/.test(entry.name) ? [] : [at]
    })
}
