import { Stream } from '@/lib/http'
import type { Payment } from '@/lib/payments'
import type { GatewayAnswer } from './GatewayAnswer'

type HeaderList = readonly (readonly [name: string, value: string])[]

/** Builds a paid answer: the upstream's answer with the receipt, marked as not cacheable. A channel charge has no id. */
export function paidAnswer(
  payment: { id?: string; receipt: Payment.ReceiptHeaders },
  answer: { status: number; headers: HeaderList; body: Uint8Array | ReadableStream<Uint8Array> | null },
): GatewayAnswer {
  const { status, body } = answer
  const own = [
    ...payment.receipt,
    ['Cache-Control', 'private, no-store'] as const,
    ...(payment.id === undefined ? [] : [['Sluice-Payment', payment.id] as const]),
  ]
  const replaced = new Set(own.map(([name]) => name.toLowerCase()))
  const headers = [
    ...answer.headers.filter(([name]) => !replaced.has(name.toLowerCase())),
    ...own,
    ['Vary', 'Authorization, Payment-Signature, X-Payment'] as const,
  ]
  if (body instanceof Uint8Array && body.byteLength > 0) return { status, headers, body }
  const response = new Response(body instanceof Uint8Array ? null : body, { status })
  for (const [name, value] of headers) response.headers.append(name, value)
  if (body instanceof ReadableStream && isStreamed(response.headers)) Stream.letThrough(response.headers)
  return response
}

/** True if the parts of an answer are useful before the whole has arrived: events, and every body of unknown length. */
export function isStreamed(headers: Headers): boolean {
  return !headers.has('content-length') || /^text\/event-stream/i.test(headers.get('content-type') ?? '')
}
