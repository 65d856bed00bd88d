import type { ErrorRow } from './ErrorRow'

/** Errors about refunds; part of `codes`. */
export const refundCodes = {
  'payment-refunded': {
    status: 402,
    owner: 'client',
    retryable: true,
    title: 'This payment is being refunded',
    help: 'The payment was settled and its amount goes back: no answer could be delivered, or the seller refunded it. To buy again, use the fresh challenge of this answer.',
    mppType: 'invalid-challenge',
  },
  'not-refundable': {
    status: 409,
    owner: 'client',
    retryable: false,
    title: 'This payment or refund does not allow it',
    help: 'The payment cannot be refunded as it stands, or the refund can no longer be changed: nothing was charged, nothing is left, or the money is on its way. The detail says which, and what to do. Nothing was changed.',
  },
} as const satisfies Record<string, ErrorRow>
