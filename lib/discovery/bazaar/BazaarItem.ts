/** One resource of the bazaar, as x402 clients read it. All its text is untrusted: never render it as HTML. */
export type BazaarItem = {
  /** Address without query; `:name` matches any segment. */
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

/** The words for search: all displayed text of an item in lower case. */
export function wordsOf({
  resource,
  description,
  mimeType,
  serviceName,
  tags,
}: Omit<BazaarItem, 'lastUpdated'>): string {
  return [resource, description, mimeType, serviceName, ...(tags ?? [])].filter(Boolean).join(' ').toLowerCase()
}
