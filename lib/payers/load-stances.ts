import { db, listen, runFor, sql, type NotifyListener, type Tx } from '@/lib/db'
import { type PayerGate, type PayerStance } from './Payer'
import { findGate } from './find-gate'

/** The channel on which every process hears that a merchant thinks otherwise of its payers. Payload: the merchant's id. */
const payerChanged = 'payer_changed'

/** While notifications flow, an entry is right until one comes; the limit is for what nobody thought of. */
const listenedMs = 60_000
/** While they do not. */
const unlistenedMs = 1_000

/** Whom a merchant serves: wallets that are allowed or denied, and where only the allowed ones are. */
export type PayerStances = { wallets: ReadonlyMap<string, PayerStance>; gate: PayerGate }

type Entry = { value: Promise<PayerStances>; untilMs: number }
type Cache = { entries: Map<string, Entry>; listener: NotifyListener }

// One process can hold two copies of this module (the plain listener's and Next's bundle): they share one cache.
const shared = globalThis as typeof globalThis & { sluicePayers?: Cache }

/**
 * Whom a merchant serves, cached in this process: for every credential and voucher. A change made anywhere is seen as soon as
 * its notification arrives, and within a second while none can arrive.
 */
export function loadStances(merchantId: string): Promise<PayerStances> {
  const { entries, listener } = (shared.sluicePayers ??= start())
  const nowMs = Date.now()
  const known = entries.get(merchantId)
  if (known && known.untilMs > nowMs && (listener.isListening() || known.untilMs - nowMs <= unlistenedMs))
    return known.value
  const entry: Entry = {
    value: runFor('sales', () => query(merchantId)),
    untilMs: nowMs + (listener.isListening() ? listenedMs : unlistenedMs),
  }
  // A notification that comes while this loads deletes the entry, so an old answer is never kept.
  entries.set(merchantId, entry)
  entry.value.catch(() => {
    if (entries.get(merchantId) === entry) entries.delete(merchantId)
  })
  return entry.value
}

/** Makes every process load this merchant's stances anew, once `tx` commits. */
export async function notifyPayerChanged(tx: Tx, merchantId: string): Promise<void> {
  await tx.query(sql`SELECT pg_notify(${payerChanged}, ${merchantId})`)
}

/** Ends the listening connection; the next load starts a new one. May be called twice. */
export async function closePayerCache(): Promise<void> {
  const open = shared.sluicePayers
  delete shared.sluicePayers
  await open?.listener.close()
}

function start(): Cache {
  const entries = new Map<string, Entry>()
  const listener = listen(
    payerChanged,
    (merchantId) => entries.delete(merchantId),
    () => entries.clear(),
  )
  return { entries, listener }
}

async function query(merchantId: string): Promise<PayerStances> {
  const [noted, gate] = await Promise.all([
    db.query<{ wallet: string; stance: PayerStance }>(sql`
      SELECT wallet, stance::text FROM payer_note WHERE merchant_id = ${merchantId}::uuid AND stance <> 'none'`),
    findGate(merchantId),
  ])
  return { wallets: new Map(noted.map(({ wallet, stance }) => [wallet, stance])), gate }
}
