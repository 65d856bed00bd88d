import { listen, runFor, sql, type NotifyListener, type Tx } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { findPolicies, type StoredSettlementTerms } from './find-settlement-terms'
import { defaults, type SettlementTerms } from './SettlementTerms'

/** The channel on which every process hears that a merchant's policies changed. Payload: the merchant's id. */
const policyChanged = 'policy_changed'

/** While notifications flow, an entry is right until one comes; the limit is for what nobody thought of. */
const listenedMs = 60_000
/** While they do not. */
const unlistenedMs = 1_000

type Entry = { value: Promise<StoredSettlementTerms[]>; untilMs: number }
type Cache = { entries: Map<string, Entry>; listener: NotifyListener }

// One process can hold two copies of this module (the plain listener's and Next's bundle): they share one cache.
const shared = globalThis as typeof globalThis & { sluicePolicies?: Cache }

/**
 * What holds for a merchant's channels of a network, cached in this process: for every voucher. A change made anywhere is
 * seen as soon as its notification arrives, and within a second while none can arrive.
 */
export async function loadPolicy(merchantId: string, network: Caip2): Promise<SettlementTerms> {
  const stored = await load(merchantId)
  return stored.find((policy) => policy.network === network) ?? defaults
}

/** Makes every process load this merchant's policies anew, once `tx` commits. */
export async function notifyPolicyChanged(tx: Tx, merchantId: string): Promise<void> {
  await tx.query(sql`SELECT pg_notify(${policyChanged}, ${merchantId})`)
}

/** Ends the listening connection; the next load starts a new one. May be called twice. */
export async function closePolicyCache(): Promise<void> {
  const open = shared.sluicePolicies
  delete shared.sluicePolicies
  await open?.listener.close()
}

function load(merchantId: string): Promise<StoredSettlementTerms[]> {
  const { entries, listener } = (shared.sluicePolicies ??= start())
  const nowMs = Date.now()
  const known = entries.get(merchantId)
  if (known && known.untilMs > nowMs && (listener.isListening() || known.untilMs - nowMs <= unlistenedMs))
    return known.value
  const entry: Entry = {
    value: runFor('sales', () => findPolicies([merchantId])),
    untilMs: nowMs + (listener.isListening() ? listenedMs : unlistenedMs),
  }
  // A notification that comes while this loads deletes the entry, so an old answer is never kept.
  entries.set(merchantId, entry)
  entry.value.catch(() => {
    if (entries.get(merchantId) === entry) entries.delete(merchantId)
  })
  return entry.value
}

function start(): Cache {
  const entries = new Map<string, Entry>()
  const listener = listen(
    policyChanged,
    (merchantId) => entries.delete(merchantId),
    () => entries.clear(),
  )
  return { entries, listener }
}
