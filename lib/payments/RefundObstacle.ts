import type { Payment } from './Payment'

type Refundable = Pick<Payment, 'origin' | 'status' | 'settlement' | 'amountBase'> & {
  refundedBase: bigint
  disputed: boolean
}

/** Why a payment cannot be refunded by a member now; undefined if it can. */
export function obstacleOf({
  origin,
  status,
  settlement,
  amountBase,
  refundedBase,
  disputed,
}: Refundable): string | undefined {
  if (origin === 'facilitator') return 'Another server sold this: its seller refunds it.'
  if (disputed)
    return 'A dispute took the money of this payment: a refund would pay it twice. Its page shows the dispute and how to answer it.'
  if (amountBase === 0n) return 'Nothing was charged, so nothing can go back.'
  if (status === 'voided') return 'Nothing was charged, so nothing can go back.'
  if (status === 'authorized')
    return 'This payment has not ended. If it is charged without an answer, it is refunded by itself.'
  if (refundedBase >= amountBase) return 'Nothing is left to refund: all of it is refunded or on its way back.'
  if (status !== 'delivered') return 'This payment is refunded by itself.'
  if (settlement === 'pending')
    return 'Its transfer is not on chain at the moment: a reorganisation took it back, or its outcome is unknown. Refund it when it is settled again.'
  return settlement === 'settled'
    ? undefined
    : 'Its transfer is proven not to have happened: there is no money to return.'
}
