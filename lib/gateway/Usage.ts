import { PricePlan } from '@/lib/pricing'
import type { RequestBody } from './RequestBody'
import * as Sse from './session/Sse'

/** Counts the priced units in a request or an answer. */

/** An answer with its whole body in memory. */
export type CompleteAnswer = { headers: readonly (readonly [name: string, value: string])[]; body: Uint8Array }

/** Returns the units that a request asks for; undefined if it does not say, or says it ambiguously. Pure. */
export function inRequest(
  count: PricePlan.UnitCount,
  { query, body }: { query: string; body: RequestBody },
): bigint | undefined {
  switch (count.of) {
    case 'request-bytes':
      return bytesOf(body)
    case 'request-number':
      return body.kind === 'bytes' ? numberAt(body.bytes, count.at) : undefined
    case 'query':
      return PricePlan.unitsInQuery(query, count.at)
    default:
      return undefined
  }
}

/** Returns the units in an answer; undefined if it does not say. */
export async function inAnswer(
  count: PricePlan.UnitCount,
  { headers, body }: CompleteAnswer,
): Promise<bigint | undefined> {
  switch (count.of) {
    case 'response-bytes':
      return BigInt(body.byteLength)
    case 'response-number':
      return numberAt(body, count.at)
    case 'response-header': {
      const values = headers.filter(([name]) => name.toLowerCase() === count.at)
      return values.length === 1 ? PricePlan.toUnits(values[0]?.[1]) : undefined
    }
    case 'events':
      return (await countEvents(body))?.events
    case 'event-units':
      return (await countEvents(body))?.units
    default:
      return undefined
  }
}

/**
 * Counts the events with data in a stream of server-sent events, and sums their `units` fields. Undefined if the body is
 * not such a stream.
 */
export async function countEvents(body: Uint8Array): Promise<{ events: bigint; units: bigint } | undefined> {
  let [events, units] = [0n, 0n]
  try {
    for await (const event of Sse.read(once(body))) {
      if (event.hasData) events++
      units += event.units ?? 0n
    }
  } catch {
    return undefined
  }
  return { events, units }
}

/** Length of a body in bytes; undefined if it is streamed without a declared length. */
export function bytesOf(body: RequestBody): bigint | undefined {
  if (body.kind === 'none') return 0n
  if (body.kind === 'bytes') return BigInt(body.bytes.byteLength)
  return body.lengthBytes === undefined ? undefined : BigInt(body.lengthBytes)
}

/** Returns the number at a JSON pointer (RFC 6901); undefined if there is none. */
function numberAt(bytes: Uint8Array, pointer: string): bigint | undefined {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
  for (const token of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return undefined
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~')
    value = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
  }
  return PricePlan.toUnits(value)
}

async function* once(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body
}
