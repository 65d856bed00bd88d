import type { Channel, Protocol } from '@/lib/channels'
import { sessions } from '@/lib/protocols'

/** The answer to management: nothing but the channel's state. */
export function receiptResponse(
  terms: Protocol.Terms,
  { id, acceptedBase, spentBase, units }: Pick<Channel.Channel, 'id' | 'acceptedBase' | 'spentBase' | 'units'>,
  txHash: `0x${string}` | undefined,
): Response {
  const receipt = sessions.receipt({
    channelId: id,
    challengeId: terms.challengeId,
    acceptedBase,
    spentBase,
    units,
    atMs: Date.now(),
    ...(txHash && { txHash }),
  })
  const headers = new Headers({ 'Cache-Control': 'private, no-store' })
  for (const [name, value] of receipt) headers.set(name, value)
  return new Response(null, { status: 204, headers })
}
