import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * What a connection is for. Each purpose has connections of its own, so that none can take those of another: `sales` for whatever an
 * agent or the facilitator's caller waits for, `jobs` for background tasks, `pages` for people, the API and search.
 */
export type ConnectionPurpose = 'sales' | 'jobs' | 'pages'

// One process can hold two copies of this module (the plain listener's and Next's bundle).
const shared = globalThis as typeof globalThis & { sluicePurpose?: AsyncLocalStorage<ConnectionPurpose> }
const current = (shared.sluicePurpose ??= new AsyncLocalStorage())

/**
 * Runs work, and whatever it starts, on the connections of a purpose. What several purposes wait for together, such as a cache that
 * is being filled, has to run for sales.
 */
export function runFor<Result>(purpose: ConnectionPurpose, work: () => Result): Result {
  return current.run(purpose, work)
}

/** The purpose of what runs now: sales where nothing else was said. */
export function purpose(): ConnectionPurpose {
  return current.getStore() ?? 'sales'
}
