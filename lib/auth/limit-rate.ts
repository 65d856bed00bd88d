import { AppError } from '@/lib/errors'
import * as Bucket from './Bucket'

/**
 * The one limiter. It is kept in each process, because it guards what each process has: its processor and its connections to the
 * database. Caps on money are counted in the database and are exact.
 */

/** A rate, and who is told of it. */
type Own = { limits: Bucket.BucketLimits; who: string }

const standard: Own = { limits: { burst: 200, everyMs: 20 }, who: 'This API key' }
/** Of what may be read without a key. */
const withoutKey: Own = { limits: { burst: 400, everyMs: 5 }, who: 'Callers without an API key together' }
/** Of what has to be looked up first. A key that was good once is not counted. */
const unknownKeys: Own = { limits: { burst: 100, everyMs: 50 }, who: 'API keys that are not known yet together' }
/**
 * Of challenges and of signatures. Behind a proxy all browsers have one address, so they share it: a flood delays who signs in, and
 * nothing that is sold.
 */
const signIns: Own = { limits: { burst: 200, everyMs: 20 }, who: 'All sign-ins together' }
/** Of what a page asks in the background, such as search while it is typed. */
const ofSession: Own = { limits: { burst: 40, everyMs: 100 }, who: 'One session' }
/** Of actions that cannot be read: no page sends one. */
const malformedActions: Own = { limits: { burst: 50, everyMs: 100 }, who: 'Malformed actions together' }
const keysMax = 10_000

// One process can hold two copies of this module.
const shared = globalThis as typeof globalThis & { sluiceBuckets?: Map<string, number> }

/** @throws AppError rate-limited when the key sends faster than is taken. */
export function limitRate(keyId: string, { limits, who }: Own = standard): void {
  const buckets = (shared.sluiceBuckets ??= new Map())
  const result = Bucket.take(buckets.get(keyId), limits, performance.now())
  if ('waitMs' in result) {
    const message = `${who} may send ${1_000 / limits.everyMs} requests a second. Wait a moment and go on more slowly.`
    const headers = { 'Retry-After': String(Math.ceil(result.waitMs / 1_000)) }
    throw new AppError('rate-limited', message, { headers })
  }
  // Set anew, so that the one that was quiet longest comes first.
  buckets.delete(keyId)
  buckets.set(keyId, result.fullAtMs)
  const [quietest] = buckets.keys()
  if (buckets.size > keysMax && quietest !== undefined) buckets.delete(quietest)
}

/** The same for what needs no key. @throws AppError rate-limited */
export function limitPublicReads(): void {
  limitRate('public reads', withoutKey)
}

/** The same for keys of which this process does not know that they are good. @throws AppError rate-limited */
export function limitUnknownKeys(): void {
  limitRate('unknown keys', unknownKeys)
}

/** The same for asking for a challenge and for answering one. @throws AppError rate-limited */
export function limitSignIns(): void {
  limitRate('sign-ins', signIns)
}

/** The same for a signed-in wallet. @throws AppError rate-limited */
export function limitSession(address: string): void {
  limitRate(`session ${address}`, ofSession)
}

/**
 * The same for what pages send, by the session cookie that came along, and for what `check` refuses of everybody together.
 * @throws AppError rate-limited, and what `check` throws.
 */
export async function limitActions(token: string | undefined, check: () => Promise<void>): Promise<void> {
  limitRate(`actions ${token ?? ''}`, ofSession)
  try {
    await check()
  } catch (error) {
    limitRate('malformed actions', malformedActions)
    throw error
  }
}
