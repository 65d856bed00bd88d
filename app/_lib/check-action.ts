import { AppError } from '@/lib/errors'

/**
 * Checks the body of a server action: React's encoding of plain arguments, in one part. React would answer everything else with
 * a 500, which a stranger could use to fill logs and metrics.
 */

const bytesMax = 1024 * 1024
const depthMax = 64
const valuesMax = 10_000
/** The encoded strings that React reads: escaped dollars, dates, bigints, undefined, and numbers that JSON lacks. */
const known = /^\$(\$|D|n-?\d{1,400}$|undefined$|NaN$|Infinity$|-Infinity$|-0$|T)/

/** @throws AppError bad-request, content-too-large */
export async function checkAction(request: Request): Promise<void> {
  if (!request.headers.get('content-type')?.startsWith('text/plain')) throw malformed()
  if (Number(request.headers.get('content-length') ?? 0) > bytesMax) throw tooLarge()
  const text = await request.text()
  if (text.length > bytesMax) throw tooLarge()
  if (!isReadable(text)) throw malformed()
}

/** Whether React can read these arguments. Exported for tests. */
export function isReadable(text: string): boolean {
  let root: unknown
  try {
    root = JSON.parse(text)
  } catch {
    return false
  }
  if (!Array.isArray(root)) return false
  let [level, count]: [unknown[], number] = [root, 0]
  for (let depth = 0; level.length > 0; depth++) {
    count += level.length
    if (depth > depthMax || count > valuesMax) return false
    if (!level.every((value) => typeof value !== 'string' || isKnown(value, root))) return false
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []))
  }
  return true
}

/** An object in several places is encoded once; the others refer to it by its path from the root: "$0:1:calls". */
function isKnown(text: string, root: unknown): boolean {
  if (!text.startsWith('$') || known.test(text)) return true
  const [part, ...path] = text.slice(1).split(':')
  if (part !== '0') return false
  let value = root
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return false
    value = (value as Record<string, unknown>)[name]
  }
  return typeof value === 'object'
}

function malformed(): AppError {
  return new AppError('bad-request', 'A page of this site does not send this. Reload the page and try again.')
}

function tooLarge(): AppError {
  return new AppError('content-too-large', `The body may hold ${bytesMax} bytes.`)
}
