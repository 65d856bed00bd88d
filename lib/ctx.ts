import { randomUUID } from 'node:crypto'

/** The cause of a change; every audit event contains it. */
export type Actor =
  | { kind: 'agent'; id: string }
  | { kind: 'member'; id: string }
  /** A program with an API key; the id is the key's. */
  | { kind: 'key'; id: string }
  | { kind: 'system'; id: string }

/** What a verb needs from its caller: the actor, and the ids and the clock, so that tests can fix them. */
export type Ctx = {
  actor: Actor
  requestId: string
  now(): number
  id(): string
  /** Whether the time of this work is over: it must start nothing more, because another process may have taken it over. */
  isLate(): boolean
}

/** Limits reads: an operator sees every row, any other reader only those of one merchant. */
export type Reader = { operator: boolean; merchantId: string }

/** For work that only its caller waits for: it is never late. */
export function createCtx(actor: Actor, requestId: string = randomUUID()): Ctx {
  return { actor, requestId, now: Date.now, id: randomUUID, isLate: () => false }
}

/**
 * Returns the milliseconds since the call, by the clock that shows more: the wall clock may be set back, and the steady clock
 * stops while the machine sleeps.
 */
export function stopwatch(): () => number {
  const [wallMs, steadyMs] = [Date.now(), performance.now()]
  return () => Math.max(Date.now() - wallMs, performance.now() - steadyMs)
}
