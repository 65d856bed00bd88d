/** What an endpoint is told of, in words. */
export function toldOf(types: readonly string[]): string {
  return types.length === 0 ? 'Everything' : types.map((type) => groupWords[type] ?? type).join(', ')
}

export const groupWords: Record<string, string> = {
  transaction: 'Transactions',
  payment: 'Payments',
  channel: 'Channels',
  batch: 'Settlement batches',
}

/** How an endpoint stands, for `Status`. */
export function stateOf(endpoint: { disabledAt: string | null; failingSince: string | null }): string {
  if (endpoint.disabledAt !== null) return 'disabled'
  return endpoint.failingSince === null ? 'enabled' : 'failing'
}
