// A lock between processes of one machine: a file with the holder's pid, touched while it is held. It is free again
// when the holder is gone, or when it was not touched for a while (its pid may belong to another program by now).
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const touchMs = 2_000
const staleMs = 15_000

/** Takes the lock and returns how to give it back, or undefined when another process holds it. */
export function tryLock(file) {
  mkdirSync(path.dirname(file), { recursive: true })
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      if (attempt > 0 || isHeld(file)) return undefined
      rmSync(file, { force: true })
      continue
    }
    const timer = setInterval(() => touch(file), touchMs).unref()
    return () => {
      clearInterval(timer)
      rmSync(file, { force: true })
    }
  }
  return undefined
}

/** Takes the lock, waiting for it; `onWait` is called once when it has to wait. */
export async function lock(file, onWait = () => {}) {
  for (let waited = false; ; waited = true) {
    const unlock = tryLock(file)
    if (unlock) return unlock
    if (!waited) onWait()
    await sleep(300)
  }
}

function touch(file) {
  try {
    utimesSync(file, new Date(), new Date())
  } catch {
    // The file was removed; the holder goes on.
  }
}

function isHeld(file) {
  const stat = statSync(file, { throwIfNoEntry: false })
  if (!stat || Date.now() - stat.mtimeMs > staleMs) return false
  let pid
  try {
    pid = Number(readFileSync(file, 'utf8'))
  } catch {
    return false
  }
  // Created a moment ago, its holder not yet written.
  if (!(pid > 0)) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
