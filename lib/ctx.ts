import { randomUUID } from 'node:crypto'

/** Who causes a change; written into every audit event. */
export type Actor =
  | { kind: 'agent'; id: string }
  | { kind: 'member'; id: string }
  /** A program with an API key; the id is the key's. */
  | { kind: 'key'; id: string }
  | { kind: 'system'; id: string }

/** What a verb needs from its caller: who acts, and the ids and the clock, so that tests can fix them. */
export type Ctx = {
  actor: Actor
  requestId: string
  now(): number
  id(): string
  /** Whether the time that this work was given is over: it begins nothing more, because another process may have taken it up. */
  isLate(): boolean
}

/** Who reads: an operator sees every row, anybody else only those of one merchant. */
export type Reader = { operator: boolean; merchantId: string }

/** For work that nothing but its own caller waits for: it is never late. */
export function createCtx(actor: Actor, requestId: string = randomUUID()): Ctx {
  return { actor, requestId, now: Date.now, id: randomUUID, isLate: () => false }
}

/**
 * Tells how many milliseconds have passed since it was made, by the clock that says more: the wall clock may be set back, and
 * the steady one stands still while the machine sleeps.
 */
export function stopwatch(): () => number {
  const [wallMs, steadyMs] = [Date.now(), performance.now()]
  return () => Math.max(Date.now() - wallMs, performance.now() - steadyMs)
}
