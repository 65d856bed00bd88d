import { AppError } from '@/lib/errors'
import * as Bucket from './Bucket'

/** A rate, and who is told of it. */
type Own = { limits: Bucket.Limits; who: string }

/** What one key may send to one process. Caps on money are counted in the database and are exact; this only keeps load off. */
const standard: Own = { limits: { burst: 200, everyMs: 20 }, who: 'This API key' }
/** What all callers without a key together may send to one process, of what may be read without one. */
const withoutKey: Own = { limits: { burst: 400, everyMs: 5 }, who: 'Callers without an API key together' }
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
