import { setTimeout as sleep } from 'node:timers/promises'
import type { Hex } from 'viem'
import { createCtx, type Ctx } from '../../ctx'
import { log } from '../../log'
import { Chain, readBacked } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { Caip, type Caip2 } from '@/lib/money'
import { recordAnswer } from '../record-answer'
import { clearLane } from '../submit/clear-lane'
import { findDriven, findSent, forgetSent, takeAnswer } from '../in-process'
import { isIncluded, lookAgainMs } from './inclusions'
import * as TransactionOutcome from '../TransactionOutcome'
import * as BlockPace from './BlockPace'
import { recordInclusion, type MinedReceipt, type InclusionSubject } from './record-inclusion'
import { findReceipt } from './find-receipt'
import { findSvmStatus } from '../svm/find-svm-status'
import { noteSvmStatus } from '../svm/note-svm-status'

/** Writes a seen inclusion and what follows from it; returns like `recordInclusion`. */
export type InclusionWriter = typeof recordInclusion

type Watch = { outcome: Promise<TransactionOutcome.TransactionOutcome>; untilMs: number; include: InclusionWriter }

const watches = new Map<string, Watch>()

/**
 * How often a waiter reads the row, because another process may have written the outcome. The process that sent it
 * reads it once a block, for a replacement's hash.
 */
const rowEveryMs = 100
/**
 * A node's answer is written after the first look without an inclusion, or at once if that look is further away than
 * this.
 */
const answerAfterMs = 500
/** Observed inclusions by network. */
const pace = new Map<Caip2, BlockPace.BlockPace>()
/** How often it asks the chain for a transaction that another process sent, because that process may have died. */
const chainEveryMs = 400
/** How often it looks for an unsent lower nonce in its lane. */
const laneEveryMs = 1_000
/** How long a transaction that this process is driving is left to its driver. */
const drivenMs = 5_000
/**
 * From this many waiters on one network they read blocks together, and ask for receipts only of included transactions.
 */
const together = 4
const directEveryMs = 5_000

/**
 * Waits until a transaction is included or proven never to be, at most `deadlineMs` from now; 0 only reads the row. The
 * process that sent it asks the chain for the receipt and writes the inclusion; every other process reads the row.
 * After a second it also sends what blocks its lane, so no worker is needed. Waiters of one process share one watch.
 * `unknown` only means that time is over. May be called any number of times; never throws.
 */
export async function awaitOutcome(
  id: string,
  deadlineMs: number,
  include: InclusionWriter = recordInclusion,
): Promise<TransactionOutcome.TransactionOutcome> {
  if (deadlineMs <= 0) {
    tellAnswer(id)
    return lastWord(id)
  }
  const watch = watches.get(id) ?? start(id, include)
  watch.untilMs = Math.max(watch.untilMs, performance.now() + deadlineMs)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), deadlineMs)
  })
  const outcome = await Promise.race([watch.outcome, late])
  clearTimeout(timer)
  return outcome ?? lastWord(id)
}

function start(id: string, include: InclusionWriter): Watch {
  const made: Watch = {
    untilMs: 0,
    include,
    outcome: undefined as unknown as Promise<TransactionOutcome.TransactionOutcome>,
  }
  // Starts in a later turn, when the first waiter has set its deadline.
  made.outcome = Promise.resolve()
    .then(() => watchUntilKnown(id, made))
    .finally(() => watches.delete(id))
  watches.set(id, made)
  return made
}

/** The state of a watch; instants are of `performance.now()`. */
type Looking = {
  sentAtMs: number
  looks: number
  rowAtMs: number
  chainAtMs: number
  directAtMs: number
  laneAtMs: number
  row?: Watched
}

async function watchUntilKnown(id: string, watch: Watch): Promise<TransactionOutcome.TransactionOutcome> {
  await whileDriven(id, watch)
  const sentAtMs = performance.now()
  const [rowAtMs, chainAtMs, laneAtMs] = [sentAtMs, sentAtMs, sentAtMs]
  const looking: Looking = { sentAtMs, looks: 0, rowAtMs, chainAtMs, directAtMs: sentAtMs, laneAtMs }
  for (; ; looking.looks++) {
    const leftMs = watch.untilMs - performance.now()
    const { row } = looking
    if (leftMs <= 0 && looking.looks > 0) return row ? TransactionOutcome.from(row) : lastWord(id)
    const pauseMs = nextPauseMs(id, looking)
    if (pauseMs > 0) await sleep(Math.min(pauseMs, Math.max(leftMs, 0)))
    try {
      const outcome = await look(id, watch, looking)
      if (outcome) return done(id, outcome)
    } catch (error) {
      log().warn({ err: error, transactionId: id }, 'an outcome could not be read')
      await sleep(rowEveryMs)
    }
  }
}

/** While this process drives it, it has no outcome: neither the row nor the chain is asked. */
async function whileDriven(id: string, watch: Watch): Promise<void> {
  const driven = findSent(id) ? undefined : findDriven(id)
  if (!driven) return
  const over = new AbortController()
  const late = sleep(Math.min(drivenMs, Math.max(0, watch.untilMs - performance.now())), undefined, over)
  await Promise.race([driven, late.catch(() => undefined)])
  over.abort()
}

function nextPauseMs(id: string, { sentAtMs, looks }: Looking): number {
  const sent = findSent(id)
  if (!sent) return looks === 0 ? 0 : rowEveryMs / 4
  const { blockTimeMs } = Chain.get(sent.network)
  const about = { sentAtMs, nowMs: performance.now(), looks, blockTimeMs }
  const pauseMs = BlockPace.delayMs(pace.get(sent.network), about)
  if (looks > 0 || pauseMs > answerAfterMs) tellAnswer(id)
  // A shared look costs the chain nothing more.
  return isShared(sent.network) ? Math.min(pauseMs, lookAgainMs(sent.network)) : pauseMs
}

/** Reads the row and asks the chain, each when due; undefined while neither knows. */
async function look(
  id: string,
  { include }: Watch,
  looking: Looking,
): Promise<TransactionOutcome.TransactionOutcome | undefined> {
  const sent = findSent(id)
  const nowMs = performance.now()
  const rowAfterMs = sent ? Math.max(rowEveryMs, Chain.get(sent.network).blockTimeMs) : rowEveryMs
  // The process that sent it asks the chain first.
  if ((!sent && looking.looks === 0) || nowMs - looking.rowAtMs >= rowAfterMs) {
    const row = await readRow(id)
    looking.rowAtMs = nowMs
    if (row) looking.row = row
    const outcome = row && TransactionOutcome.from(row)
    if (outcome && outcome.kind !== 'unknown') return outcome
  }
  const { row } = looking
  const ctx = sent?.ctx ?? createCtx({ kind: 'system', id: 'execution' })
  const network = sent?.network ?? row?.network
  const hashes = [...new Set([...(sent?.hashes ?? []), ...(row?.hashes ?? [])])]
  if (network && hashes.length > 0 && (sent || nowMs - looking.chainAtMs >= chainEveryMs)) {
    looking.chainAtMs = nowMs
    const asking = await askingFor(network, hashes, sent?.atMs, looking)
    if (!asking) return undefined
    const reorgs = Math.max(sent?.reorgs ?? 0, row?.reorgs ?? 0)
    const outcome = await lookAtChain(ctx, { id, network, reorgs }, hashes, include, asking)
    if (outcome && sent) pace.set(network, BlockPace.seen(pace.get(network), looking.sentAtMs, nowMs))
    if (outcome) return outcome
  }
  if (nowMs - looking.laneAtMs >= laneEveryMs) {
    looking.laneAtMs = nowMs
    await clearLane(ctx, id)
  }
  return undefined
}

/** True if this process waits for its inclusion and writes it. */
export function isAwaited(id: string): boolean {
  return watches.has(id)
}

function isShared(network: Caip2): boolean {
  return watches.size >= together && !Caip.isSolana(network)
}

/**
 * How to ask for receipts; undefined if there is none yet. Many waiters of one process read the blocks together first.
 */
async function askingFor(
  network: Caip2,
  hashes: readonly string[],
  sentAtMs: number | undefined,
  looking: Looking,
): Promise<'all' | 'backed' | undefined> {
  const nowMs = performance.now()
  if (sentAtMs !== undefined && isShared(network) && nowMs - looking.directAtMs < directEveryMs) {
    const included = await isIncluded(network, hashes, sentAtMs)
    if (included !== 'unknown') return included === 'yes' ? 'backed' : undefined
  }
  looking.directAtMs = nowMs
  return 'all'
}

/** Writes the node's answer to bytes that this process sent, in the background. Once. */
function tellAnswer(id: string): void {
  const answered = takeAnswer(id)
  if (!answered) return
  const ctx = findSent(id)?.ctx ?? createCtx({ kind: 'system', id: 'execution' })
  // If the write fails, the bytes are sent again when their lease has ended.
  recordAnswer(ctx, answered).catch((error: unknown) =>
    log().warn({ err: error, transactionId: id }, 'what a node answered could not be written'),
  )
}

/** Asks the chain for these attempts and records the result; undefined while none is in a block. */
async function lookAtChain(
  ctx: Ctx,
  subject: InclusionSubject,
  hashes: readonly string[],
  include: InclusionWriter,
  asking: 'all' | 'backed',
): Promise<TransactionOutcome.TransactionOutcome | undefined> {
  if (Caip.isSolana(subject.network)) return lookAtCluster(ctx, subject, hashes)
  const { network } = subject
  const read = (method: string, params: readonly unknown[]) => readBacked(network, method, params)
  const receipt = await findReceipt(network, hashes, asking === 'backed' ? read : undefined)
  if (!receipt) return undefined
  const answered = takeAnswer(subject.id)
  const written = await include(ctx, { ...subject, answered }, receipt)
  // Another process wrote the inclusion.
  if (written === undefined && answered) await recordAnswer(ctx, answered)
  const ran = written === 'call' && receipt.ok
  if (ran) return fromReceipt(receipt, subject)
  const outcome = TransactionOutcome.from(await mustReadRow(subject.id))
  // A reorganisation was noticed meanwhile, so this look does not count.
  return written === undefined && outcome.kind === 'unknown' ? undefined : outcome
}

async function lookAtCluster(
  ctx: Ctx,
  subject: InclusionSubject,
  hashes: readonly string[],
): Promise<TransactionOutcome.TransactionOutcome | undefined> {
  const found = await findSvmStatus(subject.network, hashes)
  if (!found) return undefined
  await noteSvmStatus(ctx, subject, found.hash, found.status)
  const outcome = TransactionOutcome.from(await mustReadRow(subject.id))
  return outcome.kind === 'unknown' ? undefined : outcome
}

type Watched = TransactionOutcome.OutcomeRow & { network: Caip2; hashes: readonly string[] }

async function readRow(id: string): Promise<Watched | undefined> {
  const [row] = await db.query<Omit<Watched, 'lastHash'>>(sql`
    SELECT t.network, t.status, t.hash, t.block_number, t.error, t.reorgs,
      EXISTS (SELECT 1 FROM attempt a WHERE a.hash = t.hash AND a.kind = 'cancel') AS is_cancelled,
      CASE WHEN t.status IN ('included', 'safe', 'final') THEN t.logs END AS logs,
      CASE WHEN t.status = 'failed' THEN t.simulation -> 'failures' END AS failures,
      CASE WHEN t.status = 'failed' THEN (t.simulation ->> 'blockNumber')::bigint END AS as_of,
      t.status = 'included' AND t.kind = 'svm' AS is_provisional,
      ARRAY(SELECT a.hash FROM attempt a WHERE a.transaction_id = t.id ORDER BY a.seq) AS hashes
    FROM transaction t WHERE t.id = ${id}::uuid`)
  return row && { ...row, lastHash: (row.hashes.at(-1) as Hex | undefined) ?? null }
}

async function mustReadRow(id: string): Promise<Watched> {
  const row = await readRow(id)
  if (!row) throw new Error(`transaction ${id} is not stored`)
  return row
}

/** The outcome by the row; unknown if it cannot be read. */
async function lastWord(id: string): Promise<TransactionOutcome.TransactionOutcome> {
  try {
    return TransactionOutcome.from(await mustReadRow(id))
  } catch {
    const hash = findSent(id)?.hashes.at(-1)
    return hash ? { kind: 'unknown', hash: hash as Hex } : { kind: 'unknown' }
  }
}

function fromReceipt(
  { hash, blockNumber, logs }: MinedReceipt,
  { reorgs }: InclusionSubject,
): TransactionOutcome.TransactionOutcome {
  return { kind: 'included', hash, blockNumber, logs, isFinal: false, reorgs }
}

function done(id: string, outcome: TransactionOutcome.TransactionOutcome): TransactionOutcome.TransactionOutcome {
  forgetSent(id)
  return outcome
}
