import { createHash } from 'node:crypto'
import { AppError } from '@/lib/errors'
import type { Payment } from '@/lib/payments'
import { facilitation, type Facilitated } from '@/lib/protocols'
import { parseJson } from '@/lib/protocol-shared'
import type { Caller } from './Caller'

/** A payload with its requirements takes about 3 KiB; a Permit2 payload with a signed approval about 6. */
const bodyBytesMax = 64 * 1024

/**
 * Reads a request to verify or settle a payment.
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

/** Undefined if the body is too large. */
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
 * The identity of a facilitated payment: caller, resource, amount and recipient. A repeat has the same; anything else
 * with the same payload is refused.
 */
export function fingerprintOf(facilitated: Facilitated, caller: Caller): Buffer {
  const { offer, network, resourceUrl } = facilitated
  const parts = [caller.id, resourceUrl ?? '', network, offer.asset.address, offer.payTo, offer.amountBase.toString()]
  return createHash('sha256').update(parts.map(encodeURIComponent).join('\n')).digest()
}

/** Characters kept of a path and of a query. */
const shownMax = 2_048

/** The resource for the claim's row. The caller's URL is only text to show, and is cut if it is long. */
export function claimedRequestOf({ resourceUrl }: Facilitated): Payment.ClaimedRequest {
  const url = resourceUrl !== undefined && URL.canParse(resourceUrl) ? new URL(resourceUrl) : undefined
  return {
    method: '',
    host: url?.host ?? '',
    path: (url?.pathname ?? resourceUrl ?? '').slice(0, shownMax),
    query: (url?.search.slice(1) ?? '').slice(0, shownMax),
  }
}
