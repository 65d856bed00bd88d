import type { ChannelProtocol } from '@/lib/channels'

/** The answer to a management request: 204 with the channel's state in the receipt. */
export function receiptResponse(receipt: ChannelProtocol.HeaderPairs): Response {
  const headers = new Headers({ 'Cache-Control': 'private, no-store' })
  for (const [name, value] of receipt) headers.set(name, value)
  return new Response(null, { status: 204, headers })
}
