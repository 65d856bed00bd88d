import type { Payment } from '@/lib/payments'
import { keepBytes } from './send-response'

/** A paid answer: the upstream's, with the receipt, never to be cached by anybody. A payment of a channel has no id. */
export function paidResponse(
  payment: { id?: string; receipt: Payment.Receipt },
  answer: { status: number; headers: readonly (readonly [string, string])[]; body: BodyInit | null },
): Response {
  const headers = new Headers()
  for (const [name, value] of answer.headers) headers.append(name, value)
  for (const [name, value] of payment.receipt) headers.set(name, value)
  headers.set('Cache-Control', 'private, no-store')
  headers.append('Vary', 'Authorization, Payment-Signature, X-Payment')
  if (payment.id !== undefined) headers.set('Sluice-Payment', payment.id)
  const response = new Response(answer.body, { status: answer.status, headers })
  if (answer.body instanceof Uint8Array) keepBytes(response, answer.body)
  return response
}
