import type { ChannelProtocol } from '@/lib/channels'

/** The answer to management: nothing but the channel's state. */
export function receiptResponse(receipt: ChannelProtocol.HeaderPairs): Response {
  const headers = new Headers({ 'Cache-Control': 'private, no-store' })
  for (const [name, value] of receipt) headers.set(name, value)
  return new Response(null, { status: 204, headers })
}
