import type { ErrorRow } from './ErrorRow'

/** Errors of reports and of closing months. */
export const reportCodes = {
  'month-not-final': {
    status: 409,
    owner: 'client',
    retryable: true,
    title: 'The month cannot be closed yet',
    help: 'Something of the month may still change: the month is not over, an earlier month is open, a payment or a refund has no final outcome, or the books differ from the chain. The detail lists what. Each resolves by itself or on its own page; close the month after that. Nothing was written.',
  },
  'month-open': {
    status: 409,
    owner: 'client',
    retryable: true,
    title: 'The month is not closed',
    help: 'Only a closed month has a sealed file, because its entries never change again. Close the month on the page Reports, or download the journal of the open month instead.',
  },
} as const satisfies Record<string, ErrorRow>
