import type { Caip2 } from '@/lib/money'

/** What is sold, as the gateway needs it. Amounts are micro-dollars. */
export type Resource = {
  id: string
  merchantId: string
  merchantSlug: string
  method: string
  path: string
  name: string
  description: string
  mimeType: string
  upstreamUrl: string
  timeoutMs: number
  priceMicros: bigint
  settle: 'before' | 'after' | null
  streaming: boolean
  sideEffects: boolean
  status: 'live' | 'paused'
  revision: number
  payouts: readonly { network: Caip2; payTo: `0x${string}` }[]
  /** Sealed upstream headers, opened only when the upstream is called. */
  headers: readonly { name: string; sealed: Uint8Array }[]
}
