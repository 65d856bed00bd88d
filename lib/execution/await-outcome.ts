import type { Hex } from 'viem'
import { createCtx, type Ctx } from '../ctx'
import { log } from '../log'
import { Chain, isLocal } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { Caip, type Caip2 } from '@/lib/money'
import { clearLane } from './clear-lane'
import { findSent, forgetSent } from './in-process'
import * as Outcome from './Outcome'
import { findReceipt, recordInclusion, type Receipt, type Subject } from './record-inclusion'
import { findSvmStatus, noteSvmStatus } from './svm-inclusion'

type Watch = { outcome: Promise<Outcome.Outcome>; untilMs: number }

const watches = new Map<string, Watch>()

const localFirstMs = 1
const localMaxMs = 40
const realFirstMs = 50
/** How often a waiter reads the row: another process may have written the outcome, or a replacement's hash. */
const rowEveryMs = 100
/** How often it asks the chain although another process sent the transaction, which may have died. */
const chainEveryMs = 400
/** How often it looks for a nonce before its own that nobody sends. */
const laneEveryMs = 1_000

/**
 * Waits until a transaction is included, or is proven never to be, but at most `deadlineMs` from now; 0 only reads the row. A
 * process that sent it asks the chain for the receipt and writes the inclusion; every other one reads the row. One that waits for more than a
 * second sends what its lane waits for and nobody drives, so that no worker has to be there. Waiters of one process share one watch. `unknown` means only that time is over. May be called any number of times; never throws.
 */
export async function awaitOutcome(id: string, deadlineMs: number): Promise<Outcome.Outcome> {
  if (deadlineMs <= 0) return lastWord(id)
  const watch = watches.get(id) ?? start(id)
  watch.untilMs = Math.max(watch.untilMs, performance.now() + deadlineMs)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), deadlineMs)
  })
  const outcome = await Promise.race([watch.outcome, late])
  clearTimeout(timer)
  return outcome ?? lastWord(id)
}

function start(id: string): Watch {
  const made: Watch = { untilMs: 0, outcome: undefined as unknown as Promise<Outcome.Outcome> }
  // Started in a later turn, when the first waiter has set its deadline.
  made.outcome = Promise.resolve()
    .then(() => watchUntilKnown(id, made))
    .finally(() => watches.delete(id))
  watches.set(id, made)
  return made
}

async function watchUntilKnown(id: string, watch: Watch): Promise<Outcome.Outcome> {
  let delayMs = 0
  let rowAtMs = 0
  let chainAtMs = performance.now()
  let laneAtMs = chainAtMs
  let row: Watched | undefined
  for (;;) {
    try {
      const sent = findSent(id)
      const nowMs = performance.now()
      if (!sent || nowMs - rowAtMs >= rowEveryMs) {
        // The first look of the process that sent it goes to the chain.
        if (!sent || rowAtMs > 0) row = await readRow(id)
        rowAtMs = nowMs
        const outcome = row && Outcome.from(row)
        if (outcome && outcome.kind !== 'unknown') return done(id, outcome)
      }
      const network = sent?.network ?? row?.network
      const hashes = [...new Set([...(sent?.hashes ?? []), ...(row?.hashes ?? [])])]
      if (network && hashes.length > 0 && (sent || nowMs - chainAtMs >= chainEveryMs)) {
        chainAtMs = nowMs
        const ctx = sent?.ctx ?? createCtx({ kind: 'system', id: 'execution' })
        const reorgs = Math.max(sent?.reorgs ?? 0, row?.reorgs ?? 0)
        const outcome = await lookAtChain(ctx, { id, network, reorgs }, hashes)
        if (outcome) return done(id, outcome)
      }
      if (nowMs - laneAtMs >= laneEveryMs) {
        laneAtMs = nowMs
        await clearLane(sent?.ctx ?? createCtx({ kind: 'system', id: 'execution' }), id)
      }
      delayMs = nextDelayMs(delayMs, sent?.network)
    } catch (error) {
      log().warn({ err: error, transactionId: id }, 'an outcome could not be read')
      delayMs = rowEveryMs
    }
    if (performance.now() >= watch.untilMs) return row ? Outcome.from(row) : lastWord(id)
    await new Promise((resolve) => setTimeout(resolve, delayMs))
  }
}

/** What the chain says of these attempts, written down; undefined while it has none of them in a block that counts. */
async function lookAtChain(
  ctx: Ctx,
  subject: Subject,
  hashes: readonly string[],
): Promise<Outcome.Outcome | undefined> {
  if (Caip.isSolana(subject.network)) return lookAtCluster(ctx, subject, hashes)
  const receipt = await findReceipt(subject.network, hashes)
  if (!receipt) return undefined
  const written = await recordInclusion(ctx, subject, receipt)
  const ran = written === 'call' && receipt.ok
  if (ran) return fromReceipt(receipt, subject)
  const outcome = Outcome.from(await mustReadRow(subject.id))
  // A reorganisation was noticed meanwhile: this look was too early.
  return written === undefined && outcome.kind === 'unknown' ? undefined : outcome
}

async function lookAtCluster(
  ctx: Ctx,
  subject: Subject,
  hashes: readonly string[],
): Promise<Outcome.Outcome | undefined> {
  const found = await findSvmStatus(subject.network, hashes)
  if (!found) return undefined
  await noteSvmStatus(ctx, subject, found.hash, found.status)
  const outcome = Outcome.from(await mustReadRow(subject.id))
  return outcome.kind === 'unknown' ? undefined : outcome
}

/** A few milliseconds at first where blocks come at once; at most a quarter of a block elsewhere. */
function nextDelayMs(delayMs: number, network: Caip2 | undefined): number {
  if (!network) return rowEveryMs / 4
  if (isLocal(network)) return Math.min(localMaxMs, delayMs === 0 ? localFirstMs : Math.ceil(delayMs * 1.5))
  return Math.min(Chain.get(network).blockTimeMs / 4, delayMs === 0 ? realFirstMs : delayMs * 2)
}

type Watched = Outcome.Row & { network: Caip2; hashes: readonly string[] }

async function readRow(id: string): Promise<Watched | undefined> {
  const [row] = await db.query<Omit<Watched, 'lastHash'>>(sql`
    SELECT t.network, t.status, t.hash, t.block_number AS "blockNumber", t.error, t.reorgs,
      EXISTS (SELECT 1 FROM attempt a WHERE a.hash = t.hash AND a.kind = 'cancel') AS "isCancelled",
      CASE WHEN t.status IN ('included', 'safe', 'final') THEN t.logs END AS logs,
      CASE WHEN t.status = 'failed' THEN t.simulation -> 'failures' END AS failures,
      CASE WHEN t.status = 'failed' THEN (t.simulation ->> 'blockNumber')::bigint END AS "asOf",
      t.status = 'included' AND t.kind = 'svm' AS "isProvisional",
      ARRAY(SELECT a.hash FROM attempt a WHERE a.transaction_id = t.id ORDER BY a.seq) AS hashes
    FROM transaction t WHERE t.id = ${id}::uuid`)
  return row && { ...row, lastHash: (row.hashes.at(-1) as Hex | undefined) ?? null }
}

async function mustReadRow(id: string): Promise<Watched> {
  const row = await readRow(id)
  if (!row) throw new Error(`transaction ${id} is not stored`)
  return row
}

/** What the row says; not known when it cannot be read. */
async function lastWord(id: string): Promise<Outcome.Outcome> {
  try {
    return Outcome.from(await mustReadRow(id))
  } catch {
    const hash = findSent(id)?.hashes.at(-1)
    return hash ? { kind: 'unknown', hash: hash as Hex } : { kind: 'unknown' }
  }
}

function fromReceipt({ hash, blockNumber, logs }: Receipt, { reorgs }: Subject): Outcome.Outcome {
  return { kind: 'included', hash, blockNumber, logs, isFinal: false, reorgs }
}

function done(id: string, outcome: Outcome.Outcome): Outcome.Outcome {
  forgetSent(id)
  return outcome
}
