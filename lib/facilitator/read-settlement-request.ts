import { createHash } from 'node:crypto'
import { AppError } from '@/lib/errors'
import type { Payment } from '@/lib/payments'
import { facilitation, type Facilitated } from '@/lib/protocols'
import { parseJson } from '@/lib/protocol-shared'
import type { Caller } from './Caller'

/** A payload and its requirements are about 3 KiB; a Permit2 payload with a signed approval is about 6. */
const bodyBytesMax = 64 * 1024

/**
 * What a request asks to have verified or settled.
 * @throws AppError content-too-large; payment-malformed, naming the member; method-unsupported.
 */
export async function readSettlementRequest(request: Request): Promise<Facilitated> {
  const declared = Number(request.headers.get('content-length') ?? 0)
  const bytes = declared > bodyBytesMax ? undefined : await collect(request)
  if (!bytes) throw new AppError('content-too-large', `The body may have ${bodyBytesMax} bytes.`)
  let body: unknown
  try {
    body = parseJson(bytes)
  } catch (error) {
    throw new AppError('payment-malformed', `The body ${(error as TypeError).message}.`, { cause: error })
  }
  return facilitation.read(body)
}

/** Undefined when there is more than a body may have. */
async function collect(request: Request): Promise<Uint8Array | undefined> {
  if (!request.body) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = request.body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(chunks)
    size += value.byteLength
    if (size > bodyBytesMax) {
      await reader.cancel()
      return undefined
    }
    chunks.push(value)
  }
}

/**
 * What a facilitated payment is claimed for: one caller, one resource, one amount to one recipient. The same again is a
 * repeat; anything else with the same payload is refused.
 */
export function fingerprintOf(asked: Facilitated, caller: Caller): Buffer {
  const { offer, network, resourceUrl } = asked
  const parts = [caller.id, resourceUrl ?? '', network, offer.asset.address, offer.payTo, offer.amountBase.toString()]
  return createHash('sha256').update(parts.map(encodeURIComponent).join('\n')).digest()
}

/** Characters that are kept of a path and of a query. */
const shownMax = 2_048

/** The resource as the claim's row keeps it; whatever the caller sent as its URL is text to show, and cut where it is long. */
export function claimedRequestOf({ resourceUrl }: Facilitated): Payment.ClaimedRequest {
  const url = resourceUrl !== undefined && URL.canParse(resourceUrl) ? new URL(resourceUrl) : undefined
  return {
    method: '',
    host: url?.host ?? '',
    path: (url?.pathname ?? resourceUrl ?? '').slice(0, shownMax),
    query: (url?.search.slice(1) ?? '').slice(0, shownMax),
  }
}
