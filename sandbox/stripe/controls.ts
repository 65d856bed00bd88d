import { balanceOf } from './balance'
import { authenticate, endProcessing } from './confirm'
import { endDispute, escalate, isDisputable, openDispute, type DisputeFields } from './disputes'
import type { Kind, Objects } from './kinds'
import type { Charge, Money } from './objects'
import { failPayout } from './payouts'
import { refundFails, refundSucceeds } from './refunds'
import { revokeToken } from './tokens'
import { warn } from './warnings'
import type { World } from './world'

/** What no merchant can do over the API: what banks, buyers and time do. Each call is one transaction with its events. */
export type Controls = {
  /** The buyer takes a shared token back. */
  revokeToken(id: string): void
  /** The bank ends a `processing` intent. */
  endProcessing(id: string, how: 'fails' | 'succeeds'): void
  /** The buyer finishes 3-D Secure, or fails it. */
  authenticate(id: string, isGood: boolean): void
  /** The bank takes a pending refund, or sends one back. */
  endRefund(id: string, how: 'fails' | 'succeeds'): void
  /** The buyer's bank disputes a charge, or asks first. Returns the dispute's id. */
  openDispute(charge: string, fields?: DisputeFields): string
  /** The bank decides a dispute; an inquiry is closed either way. */
  endDispute(id: string, outcome: 'lost' | 'won'): void
  /** An inquiry becomes a dispute. */
  escalate(id: string): void
  /** The issuer warns of fraud. Returns the warning's id. */
  warn(charge: string): string
  /** The bank sends a payout back. */
  failPayout(id: string, code?: string): void
  /** Moves the clock forward, through everything that becomes due. */
  advance(ms: number): void
}

/** Reads without the API: every object of every account, with amounts as bigint. */
export type State = {
  all<Name extends Kind>(kind: Name, account?: string): Objects[Name][]
  find<Name extends Kind>(kind: Name, id: string): Objects[Name] | undefined
  balance(account: string, currency?: string): { available: Money; pending: Money }
}

export function controlsOf(world: World, afterwards: () => void): Controls {
  const { store, clock } = world
  const act = <Result>(work: () => Result): Result => {
    const result = store.transaction(work)
    afterwards()
    return result
  }
  const chargeRow = (id: string): { account: string; object: Charge } => {
    const row = store.row('charge', id)
    if (!row) throw new Error(`no charge ${id}`)
    return row
  }
  return {
    revokeToken: (id) => void act(() => revokeToken(world, id)),
    endProcessing: (id, how) => act(() => endProcessing(world, id, how)),
    authenticate: (id, isGood) => void act(() => authenticate(world, id, isGood)),
    endRefund: (id, how) => act(() => (how === 'fails' ? refundFails(world, id) : refundSucceeds(world, id))),
    openDispute(id, fields) {
      const { account, object: charge } = chargeRow(id)
      if (!isDisputable(charge)) throw new Error(`the charge ${id} cannot be disputed`)
      return act(() => openDispute(world, account, charge, fields).id)
    },
    endDispute: (id, outcome) => void act(() => endDispute(world, id, outcome)),
    escalate: (id) => void act(() => escalate(world, id)),
    warn(id) {
      const { account, object: charge } = chargeRow(id)
      return act(() => warn(world, account, charge).id)
    },
    failPayout: (id, code) => void act(() => failPayout(world, id, code)),
    advance(ms) {
      clock.advance(ms)
      afterwards()
    },
  }
}

export function stateOf(world: World): State {
  return {
    all: (kind, account) => world.store.all(kind, account),
    find: (kind, id) => world.store.find(kind, id),
    balance: (account, currency = 'usd') => balanceOf(world, account).get(currency) ?? { available: 0n, pending: 0n },
  }
}
