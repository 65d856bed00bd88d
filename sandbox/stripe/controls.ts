import { balanceOf } from './balance'
import { authenticate, endProcessing } from './confirm'
import type { Kind, Objects } from './kinds'
import type { Money } from './objects'
import { refundFails, refundSucceeds } from './refunds'
import { revokeToken } from './tokens'
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
  const act = (work: () => unknown) => {
    store.transaction(work)
    afterwards()
  }
  return {
    revokeToken: (id) => act(() => revokeToken(world, id)),
    endProcessing: (id, how) => act(() => endProcessing(world, id, how)),
    authenticate: (id, isGood) => act(() => authenticate(world, id, isGood)),
    endRefund: (id, how) => act(() => (how === 'fails' ? refundFails(world, id) : refundSucceeds(world, id))),
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
