import type { Ctx } from '../ctx'
import type { Caip2 } from '@/lib/money'
import type { BroadcastAnswer } from './record-answer'
import type * as Transaction from './Transaction'

/**
 * What this process knows without asking the database. Only a shortcut: every write is still guarded by the row's lease
 * and status, and other processes work without it.
 */

/** How long a new transaction stays leased to the process that queued it. */
export const handoverMs = 3_000
const rememberMs = 10 * 60_000
const rememberMax = 2_000

type Sent = {
  network: Caip2
  reorgs: number
  hashes: string[]
  ctx: Ctx
  /** The moment before it was first sent. */
  atMs: number
  /** The node's answer until it is written. */
  answered?: BroadcastAnswer
}

const queued = new Map<string, { transaction: Transaction.Transaction; atMs: number }>()
const sent = new Map<string, Sent>()

/** Remembers a transaction that was queued with a lease for this process. */
export function handOver(transaction: Transaction.Transaction): void {
  forget(queued, handoverMs)
  queued.set(transaction.id, { transaction, atMs: performance.now() })
}

/** Returns a transaction that this process queued, once, and only while its lease surely holds. */
export function takeOver(id: string): Transaction.Transaction | undefined {
  const entry = queued.get(id)
  queued.delete(id)
  return entry && performance.now() - entry.atMs < handoverMs / 2 ? entry.transaction : undefined
}

/**
 * Remembers that this process sent these bytes, so that a waiter here asks the chain directly and writes the pending
 * answer.
 */
export function noteSent(
  { id, network, reorgs }: Pick<Transaction.Transaction, 'id' | 'network' | 'reorgs'>,
  hash: string,
  ctx: Ctx,
  { beganAtMs, answered }: { beganAtMs: number; answered?: BroadcastAnswer | undefined },
): void {
  forget(sent, rememberMs)
  const entry = sent.get(id) ?? { network, reorgs, hashes: [], ctx, atMs: beganAtMs }
  entry.reorgs = Math.max(entry.reorgs, reorgs)
  if (!entry.hashes.includes(hash)) entry.hashes.push(hash)
  if (answered) entry.answered = answered
  sent.set(id, entry)
}

/** Returns the unwritten answer, once: the caller that takes it has to write it. */
export function takeAnswer(id: string): BroadcastAnswer | undefined {
  const entry = sent.get(id)
  const answered = entry?.answered
  delete entry?.answered
  return answered
}

const driven = new Map<string, Promise<unknown>>()

/** Remembers that this process drives a transaction, until `drive` ends. */
export function noteDriven(id: string, drive: Promise<unknown>): void {
  driven.set(id, drive)
  const end = () => {
    if (driven.get(id) === drive) driven.delete(id)
  }
  drive.then(end, end)
}

/** A promise that ends when this process stops driving it; undefined if it does not drive it. */
export function findDriven(id: string): Promise<unknown> | undefined {
  return driven.get(id)
}

export function findSent(id: string): Sent | undefined {
  return sent.get(id)
}

export function forgetSent(id: string): void {
  sent.delete(id)
}

/** Maps keep insertion order: the oldest entries come first. */
function forget(entries: Map<string, { atMs: number }>, maxAgeMs: number): void {
  for (const [id, { atMs }] of entries) {
    if (performance.now() - atMs < maxAgeMs && entries.size < rememberMax) return
    entries.delete(id)
  }
}
