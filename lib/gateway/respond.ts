import { Payment, type Protocol } from '@/lib/payments'
import { byName } from '@/lib/protocols'

type Paid = Payment.Payment & { txHash: string; settledAtMs: number }

/** Receipt headers of a payment whose money moved: the same each time it is asked for. */
export function receiptHeaders(payment: Paid): readonly (readonly [string, string])[] {
  const settled: Protocol.Settled = {
    wire: payment.wire,
    network: payment.network,
    payer: payment.payer,
    amountBase: payment.amountBase,
    txHash: payment.txHash,
    settledAtMs: payment.settledAtMs,
    decoded: payment.credential,
  }
  return byName(payment.protocol).receipt(settled)
}

/** A paid answer: the upstream's, with the receipt, never to be cached by anybody. */
export function paidResponse(
  payment: Paid,
  answer: { status: number; headers: readonly (readonly [string, string])[]; body: BodyInit | null },
): Response {
  const headers = new Headers()
  for (const [name, value] of answer.headers) headers.append(name, value)
  for (const [name, value] of receiptHeaders(payment)) headers.set(name, value)
  headers.set('Cache-Control', 'private, no-store')
  headers.append('Vary', 'Authorization, Payment-Signature, X-Payment')
  headers.set('Sluice-Payment', payment.id)
  return new Response(answer.body, { status: answer.status, headers })
}
