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
}

/** Who reads: an operator sees every row, anybody else only those of one merchant. */
export type Reader = { operator: boolean; merchantId: string }

export function createCtx(actor: Actor, requestId: string = randomUUID()): Ctx {
  return { actor, requestId, now: Date.now, id: randomUUID }
}
