import type { Ctx } from '../ctx'
import { log } from '../log'
import { db, json, sql, type Sql } from '@/lib/db'
import type { Facilitation } from './Facilitation'

/** The outcome of a settle, for the row that its claim wrote. */
export type FacilitationEnd = Pick<Facilitation, 'outcome' | 'reason' | 'latencyMs'>

const flushMs = 500
const batchMax = 500
/** Limit while the database is unreachable: older records are dropped. */
const keptMax = 10_000

type Row = Facilitation & { id: string; at: number }
type Waiting = { rows: Row[]; ended: Map<string, FacilitationEnd>; timer?: NodeJS.Timeout | undefined }

// One process can hold two copies of this module.
const shared = globalThis as typeof globalThis & { sluiceFacilitations?: Waiting }
const waiting: Waiting = (shared.sluiceFacilitations ??= { rows: [], ended: new Map() })

/**
 * Records an answered request that claimed nothing. Does not delay the request: rows are written together, at most half
 * a second later, and a crash loses at most those.
 */
export function recordFacilitation(ctx: Ctx, facilitation: Facilitation): void {
  waiting.rows.push({ ...facilitation, id: ctx.id(), at: ctx.now() })
  if (waiting.rows.length > keptMax) waiting.rows.splice(0, waiting.rows.length - keptMax)
  schedule()
}

/**
 * Records a settle in the statement of its claim. `endFacilitation` adds the outcome later; if the process dies,
 * `trueUpFacilitations` does.
 * @returns the statement, which writes nothing unless `when`.
 */
export function beginFacilitation(id: string, atMs: number, facilitation: Facilitation, when: Sql): Sql {
  return insert([{ ...facilitation, id, at: atMs }], when)
}

/** Writes the outcome of a settle, at most half a second later. */
export function endFacilitation(id: string, ended: FacilitationEnd): void {
  waiting.ended.set(id, ended)
  schedule()
}

/** Writes all pending records now: for tests, and before a process ends. */
export async function flushFacilitations(): Promise<void> {
  clearTimeout(waiting.timer)
  waiting.timer = undefined
  const rows = waiting.rows.splice(0, batchMax)
  const ended = [...waiting.ended].slice(0, batchMax)
  for (const [id] of ended) waiting.ended.delete(id)
  try {
    if (rows.length > 0) await db.execute(insert(rows))
    if (ended.length > 0) await db.execute(end(ended))
  } catch (error) {
    log().warn({ err: error }, 'facilitations could not be recorded yet')
    waiting.rows.unshift(...rows)
    for (const [id, one] of ended) waiting.ended.set(id, one)
    return schedule()
  }
  if (waiting.rows.length + waiting.ended.size > 0) await flushFacilitations()
}

function schedule(): void {
  waiting.timer ??= setTimeout(() => void flushFacilitations(), flushMs).unref()
}

function insert(rows: readonly Row[], when: Sql = sql`true`): Sql {
  const plain = rows.map(({ caller, at, ...row }) => ({
    ...row,
    caller: caller.id,
    merchantId: caller.merchantId,
    amountBase: row.amountBase.toString(),
    latencyMs: Math.round(row.latencyMs),
    at: new Date(at).toISOString(),
  }))
  // Repeating the write after a lost answer of the database changes nothing.
  return sql`
    INSERT INTO facilitation (id, merchant_id, caller, kind, x402_version, scheme, network, asset, payer, pay_to, amount_base,
      outcome, reason, latency_ms, payment_id, created_at)
    SELECT id, "merchantId", caller, kind, "x402Version", scheme, network, asset, payer, "payTo", "amountBase", outcome, reason,
      "latencyMs", "paymentId", at
    FROM jsonb_to_recordset(${json(plain)}::jsonb) AS r(
      id uuid, "merchantId" uuid, caller text, kind text, "x402Version" int, scheme text, network text, asset text, payer text,
      "payTo" text, "amountBase" numeric, outcome text, reason text, "latencyMs" int, "paymentId" uuid, at timestamptz)
    WHERE ${when}
    ON CONFLICT (id) DO NOTHING`
}

function end(ended: readonly (readonly [string, FacilitationEnd])[]): Sql {
  return sql`
    UPDATE facilitation f SET outcome = e.outcome, reason = e.reason, latency_ms = e.latency_ms
    FROM unnest(${ended.map(([id]) => id)}::uuid[], ${ended.map(([, one]) => one.outcome)}::text[],
      ${ended.map(([, one]) => one.reason)}::text[], ${ended.map(([, one]) => Math.round(one.latencyMs))}::int[]
    ) AS e(id, outcome, reason, latency_ms)
    WHERE f.id = e.id AND f.outcome = 'pending'`
}
