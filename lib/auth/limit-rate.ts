import { AppError } from '@/lib/errors'
import * as Bucket from './Bucket'

/**
 * The only rate limiter. Each process has its own, because it protects what each process has: its processor and its connections
 * to the database. Limits on money are counted in the database and are exact.
 */

/** A rate, and the name of the limited party in the error. */
type Own = { limits: Bucket.BucketLimits; who: string }

const standard: Own = { limits: { burst: 200, everyMs: 20 }, who: 'This API key' }
/** Reads without a key. */
const withoutKey: Own = { limits: { burst: 400, everyMs: 5 }, who: 'Callers without an API key together' }
/** Keys that must be looked up first. Keys that were valid before are not counted. */
const unknownKeys: Own = { limits: { burst: 100, everyMs: 50 }, who: 'API keys that are not known yet together' }
/**
 * Challenges and signatures. Behind a proxy all browsers share one address and so this bucket: a flood delays sign-ins, and no
 * sale.
 */
const signIns: Own = { limits: { burst: 200, everyMs: 20 }, who: 'All sign-ins together' }
/** Background requests of a page, such as search during typing. */
const ofSession: Own = { limits: { burst: 40, everyMs: 100 }, who: 'One session' }
/** Actions that cannot be parsed: no page sends one. */
const malformedActions: Own = { limits: { burst: 50, everyMs: 100 }, who: 'Malformed actions together' }
/** New Lightning invoices: each is a row, and work for the node. A client that names the rail gets more. */
const invoices = {
  anonymous: { limits: { burst: 5, everyMs: 10_000 }, who: 'One client' },
  named: { limits: { burst: 60, everyMs: 250 }, who: 'One client' },
  all: { limits: { burst: 300, everyMs: 50 }, who: 'All clients together' },
} satisfies Record<string, Own>
const keysMax = 10_000

// One process can hold two copies of this module.
const shared = globalThis as typeof globalThis & { sluiceBuckets?: Map<string, number> }

/** @throws AppError rate-limited if the key sends faster than its rate. */
export function limitRate(keyId: string, { limits, who }: Own = standard): void {
  const buckets = (shared.sluiceBuckets ??= new Map())
  const result = Bucket.take(buckets.get(keyId), limits, performance.now())
  if ('waitMs' in result) {
    const message = `${who} may send ${1_000 / limits.everyMs} requests a second. Wait a moment and go on more slowly.`
    const headers = { 'Retry-After': String(Math.ceil(result.waitMs / 1_000)) }
    throw new AppError('rate-limited', message, { headers })
  }
  // Deleted and set again, so that the least recently used comes first.
  buckets.delete(keyId)
  buckets.set(keyId, result.fullAtMs)
  const [quietest] = buckets.keys()
  if (buckets.size > keysMax && quietest !== undefined) buckets.delete(quietest)
}

/** Limits reads that need no key. @throws AppError rate-limited */
export function limitPublicReads(): void {
  limitRate('public reads', withoutKey)
}

/** Limits keys that this process has not seen to be valid. @throws AppError rate-limited */
export function limitUnknownKeys(): void {
  limitRate('unknown keys', unknownKeys)
}

/** Limits requests for challenges and their answers. @throws AppError rate-limited */
export function limitSignIns(): void {
  limitRate('sign-ins', signIns)
}

/** Limits new invoices of a client, and of all together. @throws AppError rate-limited */
export function limitInvoices(client: string, isNamed: boolean): void {
  const kind = isNamed ? 'named' : 'anonymous'
  limitRate(`invoices ${kind} ${client}`, invoices[kind])
  limitRate('invoices', invoices.all)
}

/** Limits a signed-in wallet. @throws AppError rate-limited */
export function limitSession(address: string): void {
  limitRate(`session ${address}`, ofSession)
}

/**
 * Limits server actions by their session cookie, and all requests together that `check` refuses.
 * @throws AppError rate-limited, and the errors of `check`.
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
