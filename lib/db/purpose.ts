import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * What a connection is used for. Each purpose has its own connections, so that none takes those of another: `sales` for
 * everything that an agent or a caller of the facilitator waits for, `jobs` for background tasks, `pages` for people, the API
 * and search.
 */
export type ConnectionPurpose = 'sales' | 'jobs' | 'pages'

// One process can hold two copies of this module (the plain listener's and Next's bundle).
const shared = globalThis as typeof globalThis & { sluicePurpose?: AsyncLocalStorage<ConnectionPurpose> }
const current = (shared.sluicePurpose ??= new AsyncLocalStorage())

/**
 * Runs work, and everything that it starts, on the connections of a purpose. Work that several purposes wait for, such as
 * filling a cache, runs for `sales`.
 */
export function runFor<Result>(purpose: ConnectionPurpose, work: () => Result): Result {
  return current.run(purpose, work)
}

/** The current purpose; `sales` by default. */
export function purpose(): ConnectionPurpose {
  return current.getStore() ?? 'sales'
}
