/** One resource of the bazaar, as x402's clients read it. Everything in it is data of others: never HTML. */
export type BazaarItem = {
  /** Address without query; `:name` stands for any segment. */
  resource: string
  type: 'http' | 'mcp'
  x402Version: number
  /** Payment requirements. */
  accepts: readonly Record<string, unknown>[]
  lastUpdated: string
  description?: string
  mimeType?: string
  serviceName?: string
  tags?: readonly string[]
  iconUrl?: string
  extensions?: Record<string, unknown>
}

/** Words by which an item is found: lower-case, everything that is shown of it. */
export function wordsOf({
  resource,
  description,
  mimeType,
  serviceName,
  tags,
}: Omit<BazaarItem, 'lastUpdated'>): string {
  return [resource, description, mimeType, serviceName, ...(tags ?? [])].filter(Boolean).join(' ').toLowerCase()
}
