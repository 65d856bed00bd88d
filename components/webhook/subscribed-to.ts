/** The event types that an endpoint subscribes to, in words. */
export function subscribedTo(types: readonly string[]): string {
  return types.length === 0 ? 'Everything' : types.map((type) => groupWords[type] ?? type).join(', ')
}

export const groupWords: Record<string, string> = {
  transaction: 'Transactions',
  payment: 'Payments',
  channel: 'Channels',
  batch: 'Settlement batches',
}

/** The state of an endpoint, for `Status`. */
export function stateOf(endpoint: {
  archivedAt: string | null
  disabledAt: string | null
  failingSince: string | null
}): string {
  if (endpoint.archivedAt !== null) return 'archived'
  if (endpoint.disabledAt !== null) return 'disabled'
  return endpoint.failingSince === null ? 'enabled' : 'failing'
}
