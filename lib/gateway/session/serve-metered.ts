import { commitCharge, findChannel } from '@/lib/channels'
import { AppError } from '@/lib/errors'
import { Stream } from '@/lib/http'
import { log } from '@/lib/log'
import type { GatewayAnswer } from '../GatewayAnswer'
import { callUpstream } from '../call-upstream'
import { paidAnswer } from '../respond'
import type { UpstreamAnswer } from '../Upstream'
import { awaitCredit } from './await-credit'
import { holdCredit } from './hold-credit'
import { releaseCredit, toCharge } from './charge'
import { chargeUnit } from './charge-unit'
import { toReceipt, toReceiptHeaders, untouched } from './receipt'
import { withConsequence } from '../with-consequence'
import type { ChannelRequest } from './ChannelRequest'
import * as Sse from './Sse'

/**
 * Serves a stream of server-sent events and charges each event, durably, before it passes it on. When the credit runs out
 * the stream pauses, requests a voucher, and continues when any process accepts one. The last event is the receipt. It
 * reads only as fast as the agent does, so an agent that stops reading stops paying. The price of one unit is reserved
 * before the upstream is called, the price of each event before it is charged.
 */
export async function serveMetered(session: ChannelRequest): Promise<GatewayAnswer> {
  const { pricedRequest, terms } = session
  const held = await holdCredit(session, terms.priceBase)
  let sent: UpstreamAnswer
  try {
    sent = await callUpstream(pricedRequest, true, { 'accept-encoding': 'identity' })
  } catch (error) {
    await releaseCredit(session, terms.priceBase)
    throw withConsequence(error, 'You were not charged.')
  }
  // An answer of another type is one unit.
  if (!sent.body || !isEventStream(sent)) return chargeUnit(session, sent)
  const { status, headers } = sent
  const body = Stream.ofEvents(meter(session, sent.body), { unread: () => leaveUnread(session, sent.body) })
  // Clients treat a channel as open when a receipt says so; the last event has the final receipt.
  return paidAnswer({ receipt: toReceiptHeaders(session, held, 0n) }, { status, headers, body })
}

/** Yields the text for the agent. Releases the reserved credit at the end, also if the agent stops reading. */
async function* meter(session: ChannelRequest, body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const { pricedRequest, terms } = session
  // The voucher is accepted: from here on the stream uses the channel's credit.
  const running: ChannelRequest = { ...session, voucher: undefined }
  let heldBase = terms.priceBase
  let isFirst = true
  try {
    for await (const event of Sse.read(chunks(body))) {
      const units = unitsOf(pricedRequest.resource.meter, event)
      const costBase = units * terms.priceBase
      if (costBase > heldBase) {
        const missingBase = costBase - heldBase
        yield* awaitCredit(running, missingBase)
        heldBase = costBase
      }
      if (costBase > 0n) {
        const charge = toCharge(isFirst ? session : running, { chargedBase: costBase, units, status: 200 })
        // The charge takes over its hold, also if it fails.
        heldBase -= costBase
        isFirst = false
        await commitCharge(charge)
      }
      if (event.text !== '') yield `${event.text}\n`
    }
    yield await lastEvent(session)
  } catch (error) {
    // The receipt shows the charges so far: exactly the delivered events.
    log().info({ err: error, channelId: session.known.id }, 'a metered stream ended early')
    yield await lastEvent(session)
    if (!(error instanceof AppError && /^(session-|budget-exceeded$)/.test(error.code))) throw error
  } finally {
    if (heldBase > 0n) await releaseCredit(running, heldBase)
  }
}

/** An agent that disconnects before the first event pays nothing. */
async function leaveUnread(session: ChannelRequest, body: UpstreamAnswer['body']): Promise<void> {
  await body?.cancel().catch(() => undefined)
  await releaseCredit(session, session.terms.priceBase)
}

function unitsOf(meter: 'request' | 'event' | 'units', { hasData, units }: Sse.SseEvent): bigint {
  if (meter === 'units') return units ?? 0n
  return hasData ? 1n : 0n
}

async function lastEvent(session: ChannelRequest): Promise<string> {
  const channel = (await findChannel(session.known.id)) ?? untouched
  return session.by.receiptEvent(toReceipt(session, channel, 0n))
}

function isEventStream({ headers }: UpstreamAnswer): boolean {
  const find = (lowerName: string) =>
    headers.find(([name]) => name.toLowerCase() === lowerName)?.[1].toLowerCase() ?? ''
  return find('content-type').startsWith('text/event-stream') && ['', 'identity'].includes(find('content-encoding'))
}

async function* chunks(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
